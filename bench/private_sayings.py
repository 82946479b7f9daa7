"""Made-up sayings with private data in them, and such as only look like it. No value is anybody's.

Two sets that share no template, no name, no street, no domain: ``tuned`` was looked at while the recognisers were
written, ``held`` was not.
"""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Part = Literal["tuned", "held"]
Style = Literal["written", "spoken", "as recognised"]
STYLES: tuple[Style, ...] = ("written", "spoken", "as recognised")
"""As typed in a chat; as read out, with capitals and marks; the same without either, as recognisers of speech write."""

KINDS = ("card", "account", "phone", "email", "address", "birth", "code", "name")
SLOT = re.compile(r"\{(\w+)\}")

SAYINGS: dict[Part, dict[str, tuple[str, ...]]] = {
    "tuned": {
        "card": (
            "My card number is {card}.",
            "Can I have the long number on the card? | Sure, it's {card}.",
            "I paid with {card} last week and it was declined.",
            "Okay so the sixteen digits are {card}, and it expires in May.",
            "And which card would you like to use? | Use this one, {card}.",
            "You have charged {card} twice this month.",
            "Let me read that back, {card}, is that right?",
        ),
        "account": (
            "The account number is {account}.",
            "What is your account number, please? | {account}.",
            "It's under policy number {account}, I think.",
            "I'm calling about account {account}, it has been locked.",
            "Do you have your membership number to hand? | Yeah, that's {account}.",
            "So your customer ID is {account}, keep it safe.",
            "Could you give me the last four of the account? | {short}.",
        ),
        "phone": (
            "You can reach me on {phone}.",
            "What's the best number for you? | It's {phone}.",
            "I called from {phone} and nobody rang back.",
            "Ring my husband instead, he's on {phone}.",
            "And a contact number for the courier? | Use my mobile, {phone}.",
            "The text went to {phone}, which is not mine any more.",
            "I'll call you back on {phone} in ten minutes.",
        ),
        "email": (
            "My email is {email}.",
            "Which email address should I send it to? | {email}, please.",
            "Please send the invoice to {email} today.",
            "It should be registered to {email}.",
            "What email do we have for you? | I think it's {email}.",
            "I've sent the link to {email} just now.",
            "No, the right one is {email}.",
        ),
        "address": (
            "I live at {address}.",
            "Could you confirm your address for me? | Yes, {address}.",
            "Send the new router to {address}, please.",
            "We moved to {address} in March.",
            "Where should the engineer go? | To {address}.",
            "The parcel was left at {address}, not here.",
            "And what's the billing address? | {address}, same as before.",
        ),
        "birth": (
            "My date of birth is {birth}.",
            "And your date of birth? | {birth}.",
            "I was born on {birth}.",
            "For security, can you tell me when you were born? | {birth}.",
            "Her birthday is {birth} so she is old enough.",
            "DOB {birth}, postcode as before.",
            "I need your name and date of birth. | Sure, I was born {birth}.",
        ),
        "code": (
            "The verification code is {code}.",
            "Could you read me the code that we texted you? | It's {code}.",
            "It says my one-time code is {code}.",
            "I got a text, the code is {code}.",
            "What does the six digit code say? | Um, {code}.",
            "Please enter {code} as your one time passcode.",
            "Your security code is {code}, don't share it.",
        ),
        "name": (
            "Hi, my name is {name}.",
            "Good morning, Brightlake Energy, this is {first} speaking.",
            "Could I take your full name, please? | Yes, it's {name}.",
            "Thank you, Mrs {last}, I have your details here.",
            "Okay, {first}, let me have a look.",
            "I spoke to {first} yesterday and she promised a refund.",
            "It's {name}, I'm calling about my bill.",
            "You're through to {first} in claims, how can I help?",
            "And who am I speaking with? | This is {name}.",
            "Is Mr {last} there with you?",
            "Thanks, {first}, bear with me a second.",
            "My colleague {first} will ring you tomorrow.",
            "What name is the booking under? | {name}.",
            "The account holder is my wife, {name}.",
        ),
    },
    "held": {
        "card": (
            "The card on file ends the same but the full one is {card}.",
            "Please take the payment from {card}.",
            "Which card was refused? | The blue one, {card}.",
            "I typed in {card} and nothing happened.",
        ),
        "account": (
            "You need to look under member number {account}.",
            "Can you tell me the policy number? | Yep, one second, {account}.",
            "My old account number was {account} and the new one never came.",
            "So that I find you, your customer number please? | {account}, I believe.",
        ),
        "phone": (
            "Is {phone} still the right number for you?",
            "Could I take a phone number in case we get cut off? | Of course, {phone}.",
            "He left a voicemail from {phone} saying he was from the bank.",
            "Take down the helpline, {phone}, they open at eight.",
        ),
        "email": (
            "Would you forward it to {email} as well?",
            "Where did the confirmation go? | To {email}, I guess.",
            "My wife uses {email} for everything.",
            "I can see {email} here, is that still current?",
        ),
        "address": (
            "The meter is at {address}, round the back.",
            "Can you confirm the first line of your address? | {address}.",
            "I've been at {address} for nine years now.",
            "We will deliver it to {address} on Friday.",
        ),
        "birth": (
            "He was born on {birth}, if that helps.",
            "May I have the date of birth on the policy? | That's {birth}.",
            "My birthday is {birth}, can you see it?",
            "Just to verify you, what's your date of birth please? | Uh, {birth}.",
        ),
        "code": (
            "The text says your verification code is {code}.",
            "Have you received the passcode? | Yes, {code}.",
            "It's asking for a code, {code}, where do I put it?",
            "I'll need the one time code that was sent to you. | Okay, {code}.",
        ),
        "name": (
            "Morning, {name} here, I've a question about my order.",
            "Hello, you're speaking with {first}, how may I help?",
            "Can I get your first and last name? | {name}.",
            "Could you put me through to Ms {last}?",
            "Alright {first}, I have sent it off.",
            "My son {first} set the thing up for me.",
            "Sorry about that, {first}.",
            "The policy is in the name of {name}.",
        ),
    },
}

PLAIN: dict[Part, tuple[str, ...]] = {
    "tuned": (
        "That comes to 149 dollars and 99 cents.",
        "Your ticket is 48213, and it is open.",
        "The engineer comes between 8:30 and 12:45.",
        "The update to version 4.12.3 fixes that.",
        "Thank you for calling Brightlake Energy.",
        "It will arrive on the third of May.",
        "You have used 18 of your 20 gigabytes.",
        "The plan is 24 months at 35 pounds a month.",
        "I raised case 7731 for you on Monday.",
        "We are open from nine thirty to five fifteen.",
        "You need iOS 17.4.1 or the Galaxy S24 for that.",
        "Welcome to Stonebridge Mutual, how can I help you today?",
        "The bill of June 14 was for seventy two fifty.",
        "It takes three to five working days.",
        "I may look at it, and I will mark it as urgent.",
        "You get two hundred minutes and fifty texts.",
        "The Hazel 300 costs one ninety nine, the Pro two forty nine.",
        "Press one for sales, two for support.",
        "The flight is on 12 March at 06:45 from gate 22.",
        "I had to call four times in two weeks.",
        "The discount code is SPRING20.",
        "It is the error code 504 again.",
        "I hope that is fair, and I appreciate your patience.",
        "Your order total is $84.50 with delivery.",
    ),
    "held": (
        "The subtotal was $312.75 before tax.",
        "Your reference is ticket 90417, keep it.",
        "The window is from two till six on Thursday the ninth.",
        "Version 2.8.11 came out in April.",
        "You are through to Larchfield Bank, card services.",
        "It is fifteen ninety nine a month for twelve months.",
        "I waited forty five minutes on hold, twice.",
        "You will see it in three to five business days.",
        "Try turning the Aurora 5G box off for thirty seconds.",
        "The fee is two percent up to ten thousand a year.",
        "Will that be all for today, or may I do one more thing?",
        "Chapter seven, section four, paragraph two covers it.",
        "We flew on the 18th at 7:20 and came back on the 25th.",
        "Gate 14, seats 22 A and B.",
        "Use the promo code WINTER15 at the checkout.",
        "There are five of us in a three bedroom house.",
        "I want to be frank with you, this is a bad deal.",
        "Thanks for choosing Crestway Mobile, have a great day.",
    ),
}

FIRST: dict[Part, str] = {
    "tuned": "Joyce Daniel Priya Marcus Aoife Lucía Jomar Denise Kwame Ruth Oliver Meera Tobias Wanjiru Grace "
    "Mark Harriet Devon Siobhan Ibrahim Chiara Nkechi Rosamie Leonard Bettina Hyun Amara Connor Yusuf "
    "Ottilie Pearl Will Valentina Deepak Gwen Tremaine Solveig Anselm",
    "held": "Margaret Tyrone Eilidh Hassan Bianca Chukwuma Analisa Gilbert Henrike Jihoon Imani Fergus Omar "
    "Clementine Hope Max Renata Suresh Bronagh Lamar Ingeborg Casimir",
}
LAST: dict[Part, str] = {
    "tuned": "Whitcomb Adeyemi Smith Duarte Okafor Pruitt Lindqvist Baird Kowalczyk Thistlewood Nakamura "
    "Johnson O'Malley Fitzroy Mbeki Vandermeer Castellanos Brown Iyer Hartnell",
    "held": "Wojcik Featherstone Tanaka Williams O'Connell Montague Dlamini Oosthuizen Villanueva Green "
    "Krishnan Ashworth",
}
STREETS: dict[Part, str] = {
    "tuned": "Mill Street,Winnow Lane,Larch Avenue,Banksia Street,Orchard Close,Pendle Road,Juniper "
    "Drive,Saint Mark's Crescent,Quarry Hill,Fairmont Avenue,Elm Court",
    "held": "Cathedral Road,Willow Drive,Priory Lane,Beacon Hill,Harcourt Avenue,Chestnut Grove,King Street",
}
MAIL: dict[Part, str] = {
    "tuned": "gmail.com,fastpine.example,lakeshore.org,outlook.com,bluedoor.example,northfield.co.uk,hotmail.com",
    "held": "icloud.com,redkite.example,southbank.org.uk,yahoo.com",
}
MONTHS = [month for month in calendar.month_name if month]
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]


@dataclass(frozen=True, slots=True)
class Saying:
    """A turn with the turn before it, and what is private in it: (start, end, kind)."""

    text: str
    asked: str
    private: tuple[tuple[int, int, str], ...]
    style: Style


def sayings(part: Part, each: int, seed: int) -> list[Saying]:
    """``each`` turns of every kind and style, and every plain saying in every style."""
    made = []
    for style in STYLES:
        draw = random.Random(f"{seed} {part} {style}")
        for kind in KINDS:
            made += [_filled(draw.choice(SAYINGS[part][kind]), part, kind, style, draw) for _ in range(each)]
        made += [_filled(one, part, "", style, draw) for one in PLAIN[part]]
    return made


def _filled(template: str, part: Part, kind: str, style: Style, draw: random.Random) -> Saying:
    asked, _, answer = template.rpartition(" | ")
    text, private, here = "", [], 0
    for slot in SLOT.finditer(answer):
        text += _as(answer[here : slot.start()], style)
        value = _as(_value(slot[1], part, style, draw), style)
        article = len("the ") if value.startswith("the ") else 0
        private.append((len(text) + article, len(text) + len(value), kind))
        text, here = text + value, slot.end()
    return Saying(text + _as(answer[here:], style), _as(asked, style), tuple(private), style)


def _as(words: str, style: Style) -> str:
    if style != "as recognised":
        return words
    return re.sub(r"[^\w\s'@]", lambda mark: " " if mark[0] == "-" else "", words).lower()


def _value(slot: str, part: Part, style: Style, draw: random.Random) -> str:
    makers: dict[str, Callable[[Part, bool, random.Random], str]] = {
        "card": _card, "account": _account, "short": _short, "phone": _phone, "email": _email, "address": _address,
        "birth": _birth, "code": _code, "name": _name, "first": _first, "last": _last,
    }  # fmt: skip
    return makers[slot](part, style != "written", draw)


def _first(part: Part, _: bool, draw: random.Random) -> str:
    return draw.choice(FIRST[part].split())


def _last(part: Part, _: bool, draw: random.Random) -> str:
    return draw.choice(LAST[part].split())


def _name(part: Part, said: bool, draw: random.Random) -> str:
    return f"{_first(part, said, draw)} {_last(part, said, draw)}"


def _digits(count: int, draw: random.Random) -> str:
    return "".join(str(draw.randrange(10)) for _ in range(count))


def _card(_: Part, said: bool, draw: random.Random) -> str:
    start = "4" + _digits(14, draw)
    number = start + next(last for last in "0123456789" if _luhn(start + last))
    groups = [number[n : n + 4] for n in range(0, 16, 4)]
    return _read_out(groups, draw) if said else draw.choice((" ", "-", "")).join(groups)


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def _account(_: Part, said: bool, draw: random.Random) -> str:
    number = _digits(draw.choice((5, 8, 10)), draw)
    return _read_out([number[:4], number[4:]], draw) if said else number


def _short(_: Part, said: bool, draw: random.Random) -> str:
    number = _digits(4, draw)
    return _read_out([number], draw) if said else number


def _phone(_: Part, said: bool, draw: random.Random) -> str:
    form = draw.choice(("(###) 555-01##", "07700 900###", "###-555-01##", "+44 7700 900###", "+1 ### 555 01##"))
    number = re.sub("#", lambda _: str(draw.randrange(2, 10)), form)
    return _read_out(re.findall(r"\d+", number), draw) if said else number


def _code(_: Part, said: bool, draw: random.Random) -> str:
    number = _digits(draw.choice((4, 6)), draw)
    return _read_out([number], draw) if said else number


def _email(part: Part, said: bool, draw: random.Random) -> str:
    first, last = _first(part, said, draw).lower(), _last(part, said, draw).lower().replace("'", "")
    local = draw.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}{draw.randrange(60, 99)}"))
    domain = draw.choice(MAIL[part].split(","))
    if not said:
        return f"{local}@{domain}"
    spoken = re.sub(r"\d\d", lambda two: f" {_two(two[0])}", local.replace(".", " dot "))
    return f"{spoken} at {domain.replace('.', ' dot ')}"


def _address(part: Part, said: bool, draw: random.Random) -> str:
    number, street = draw.randrange(2, 99), draw.choice(STREETS[part].split(","))
    written = f"{number} {street}"
    return f"{_cardinal(number)} {street}" if said else written


def _birth(_: Part, said: bool, draw: random.Random) -> str:
    day, month, year = draw.randrange(1, 29), draw.randrange(12), draw.randrange(1940, 2005)
    if not said:
        written = (
            f"{day:02d}/{month + 1:02d}/{year}",
            f"{day} {MONTHS[month]} {year}",
            f"{MONTHS[month]} {day}, {year}",
        )
        return draw.choice(written)
    ordinal = ORDINALS[day - 1] if day <= 20 else f"twenty {ORDINALS[day - 21]}"
    tail = _two(f"{year % 100:02d}")
    spoken = (
        f"nineteen {tail}" if year < 2000 else f"two thousand and {DIGITS[year % 10]}" if year % 10 else "two thousand"
    )
    return draw.choice((f"the {ordinal} of {MONTHS[month]}, {spoken}", f"{MONTHS[month]} {ordinal}, {spoken}"))


def _two(digits: str) -> str:
    if digits[0] == "0":
        return f"oh {DIGITS[int(digits[1])]}"
    return _cardinal(int(digits))


def _cardinal(number: int) -> str:
    if number < 20:
        return [*DIGITS, *TEENS][number]
    return TENS[number // 10 - 2] + ("" if number % 10 == 0 else f"-{DIGITS[number % 10]}")


def _read_out(groups: Sequence[str], draw: random.Random) -> str:
    """Digits as people say them: one by one, twins as ``double``, ``oh`` for zero, sometimes in pairs."""
    zero, pairs = draw.choice(("oh", "zero")), draw.random() < 0.15
    said = []
    for group in groups:
        if pairs and len(group) % 2 == 0 and "0" not in group[::2]:
            said.append(" ".join(_two(group[n : n + 2]) for n in range(0, len(group), 2)))
            continue
        words = re.sub(r"(\d)\1", r" double \1 ", group) if draw.random() < 0.7 else group
        said.append(
            " ".join(re.sub(r"\d", lambda one: f" {DIGITS[int(one[0])] if one[0] != '0' else zero} ", words).split())
        )
    return draw.choice((", ", " ")).join(one for one in said if one)
