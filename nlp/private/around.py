"""The words around a name: what stands before it where somebody is named, and what makes it no person's."""

from __future__ import annotations

import re


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\n\s*", "", pattern), re.IGNORECASE)


CALLED = _compiled(
    r"""\b(?:(?:sur|first |last |given |family |maiden |middle |full )?names?(?:['’]s| is| was| are|:|,)?
    |(?:account|card|policy|order|booking)[ -]?holder(?:['’]s|:| is)?
    |names? on (?:the|my|that|your) \w+(?: is|['’]s)?|under the name(?: of)?
    |(?:i['’]m|i am|im|he['’]s|she['’]s) called|call me|signed|regards|sincerely)
    (?:[\s,:.…-]*\b(?:uh|um|er|erm|ah|well|yeah|it['’]s|is|so|like|hmm|just|the|my|name)\b)*
    [\s,:\"“'‘-]*$"""
)
"""Behind these stands a name, whatever word it is."""

TITLE = _compiled(
    r"""\b(?:mr|mrs|ms|mx|mister|missus|dr|doctor|prof|professor
    |(?<!i )(?<!you )(?<!will )(?<!to )(?<!n['’]t )(?<!we )(?<!the )(?<!not )(?<!ever )miss)\b\.?[\s,]{1,2}$"""
)

NEAR = _compiled(
    r"""(?:\b(?:this is|this|it['’]s|i['’]m|i am|im|that['’]s|that is|is this|is that|is it
    |(?:speaking|talking|chatting|spoke|speak) (?:to|with)|ask for|through to|dear|and|with|to|by|from|for
    |thank you|thanks|cheers|hi|hello|hey|hiya|g['’]day|morning|afternoon|evening|day|okay|ok|yes|no|sorry|right
    |perfect|great|sure|alright|all right|bye|goodbye|lovely|well|so|now|and you|understand|course|problem|welcome
    |see)|^)[\s,:.!–—-]{0,4}$"""
)
"""Behind these stands a name often."""

INTRODUCED = _compiled(r"\b(?:this is|it['’]s|i['’]m|i am|is this)[\s,]{1,2}$")
"""Behind these two words with capitals that no list knows are a name."""

VOCATIVE = _compiled(
    r"""\b(?:thanks|thank you|hi|hello|hey|hiya|morning|afternoon|evening|alright|all right|okay|ok|sorry|bye|goodbye
    |cheers|dear|great|perfect|lovely|sure|right)\s$"""
)
"""Behind these a word with a capital and a pause after it is whoever is spoken to."""

OF_SOMEBODY = _compiled(
    r"""\b(?:husband|wife|son|daughter|mother|father|mum|mom|dad|brother|sister|friend|partner|colleague|manager
    |supervisor|teammate|neighbou?r|boss|cousin|nephew|niece|uncle|aunt|auntie|grandson|granddaughter|fianc[eé]e?|our
    |technician|engineer|driver|advis[eo]r|nurse|teacher|landlord|landlady|wee|young|old)[\s,]{1,2}$"""
)

SPOKEN_TO = _compiled(r"\b(?:(?:speaking|talking|chatting|spoke|speak) (?:to|with)|through to)[\s,]{1,2}$")
"""Behind these a word that no list knows is a name without a capital too."""

SPEAKING = _compiled(r"[\s,]{1,2}(?:speaking|here|calling)\b")

NOT_A_PERSON = _compiled(
    r"""[\s-](?:bank|energy|mobile|power|water|gas|telecom|fiber|fibre|cable|wireless|broadband|internet|insurance
    |mutual|airways|airlines?|air|hotels?|inn|resort|pharmacy|chemist|hospital|clinic|dental|health|medical|services?
    |support|care|cards?|claims|couriers?|parcels?|logistics|delivery|shop|store|market|stores|group|company|co|inc|ltd
    |llc|corp|systems|solutions|home|benefits|savings|credit|union|college|university|school|church|center|centre|park
    |airport|station|house|hall|court|street|st|road|rd|avenue|ave|lane|ln|drive|close|crescent|way|place|square
    |terrace|boulevard|blvd|gardens|grove|hill|row|walk|mews|quay|island|county|plus|lite|pro|max|premium|basic|gold
    |silver|plan|bundle|package|edition|miles|points|club|rewards|app|online|tv|desk|team|reservations|physio|garage
    |motors?|apartments?|business|sales|electric|towers?|lodge|cafe|records|law|act|day|fargo|dresses)\b"""
)
"""What a company, a street or a product goes on with."""

BUSINESS = _compiled(r"(?:calling|contacting|choosing|ringing|welcome to|thanks for|reached|behalf of)\s+$")
AN_ARTICLE = _compiled(r"\b(?:the|a|an)\s+$")
PLACED = _compiled(r"\b(?:in|at|near|around|across|outside|of|the|a|an|on)\s+$")

NAME_ASKED = _compiled(
    r"""\bwhat name\b|(?<!\bmy )(?<!\bmy first )\b(?:sur)?names?\b(?!['’]s\b|\s+is\b)
    |\bwho (?:am i|is this|do i)\b|\bam i (?:speaking|talking|chatting)\b"""
)

OPENING = _compiled(
    r"""^(?:[\s,.…!-]*\b(?:yes|yeah|yep|sure|okay|ok|hi|hello|um|uh|er|so|it['’]s|it is|that['’]s|that is
    |that would be|this is|i['’]m|i am|of course|certainly|my name is|name['’]?s?|is|right|well|the|it)\b)*
    [\s,.…:\"“-]*"""
)
"""What the answer to a question for a name begins with before the name."""

SPELLED = _compiled(r"(?<![\w'’])[^\W\d_](?:(?:\s*[-.,]\s*|\s+)(?:double[ -])?[^\W\d_](?![\w'’])){2,}")
NUMBER_NEXT = _compiled(
    r"[\s,.-]{1,3}(?:\d|(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|double|triple|\w+teen|\w+ty)\b)"
)
SPELLING = _compiled(r"\bspel(?:l|t|led|ling)\b|\bletters?\b")
