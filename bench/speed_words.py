"""What the simulated calls of the bench of speed are put together from: written for it, with places for what varies."""

from __future__ import annotations

AGENT = (
    "I can see the order {ref} here from {day} for {money}",
    "the {item} was sent out on {day} and the depot in {place} has it down as {state}",
    "let me just pull up what {name} wrote on the account about {ref}",
    "so the charge of {money} is for the {item} that was added on {day}",
    "I would have to speak to {name} in {team} before I can change the {item}",
    "what I can do is send a new {item} to {place} by {day}",
    "could you read me the number on the {item}, it should begin with {ref}",
    "the refund of {money} goes back to the card ending in {four}",
    "it usually takes {count} working days, so look out for it around {day}",
    "have you tried holding the button on the {item} for {count} seconds",
    "nobody told me that the {item} was {state} when you rang on {day}",
    "there is a note from {name} that says the {item} is {state}",
    "I am putting {money} onto the account as a credit against {ref}",
    "our engineer for {place} has a slot on {day} at {hour}",
    "that is not something that {team} can do for a {item}",
    "you would need to write to {team} and quote {ref}",
    "for the security check I need the postcode and the last payment, was it {money}",
    "the contract runs until {day} and after that it is {money} a month",
    "I understand that the {item} being {state} since {day} has been a nuisance",
    "I have booked {name} for {day} between {hour} and six",
    "is the light on the {item} green or is it {state}",
    "the system shows {count} attempts to deliver to {place}",
    "we can take the {money} off if you keep the {item} until {day}",
    "I will ring you back on {day} about {ref} myself",
    "all the {team} lines are busy, so this may take {count} minutes",
    "your new reference is {ref}, would you like it by text as well",
)
CUSTOMER = (
    "I rang {name} on {day} and was told that the {item} is {state}",
    "my {item} has been {state} since {day}",
    "you have taken {money} from me {count} times",
    "the number on it says {ref}, I think",
    "I live in {place} and I cannot be in on {day}",
    "it was meant to be here at {hour}",
    "I have the email from {team} in front of me, it says {money}",
    "the last one was {money} and now it is {money}",
    "nobody in {team} ever rings back about {ref}",
    "can you not send the {item} to {place} instead",
    "that is the card ending in {four}",
    "I only want the {item} that I paid {money} for",
    "I waited {count} hours on {day} and it was {state} again",
    "my husband spoke to somebody called {name}",
    "so will it be {day} or not",
    "I did that {count} times already with the {item}",
)
OPENERS = (
    "",
    "",
    "",
    "Okay, ",
    "Right, ",
    "So ",
    "Well, ",
    "I'm sorry, ",
    "Now, ",
    "Of course, ",
    "No, ",
    "Yes, ",
    "Actually, ",
    "As I said, ",
)
TAILS = (
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    ", and {name} knows about it",
    ", if that helps",
    ", since {day}",
    ", at least in {place}",
    ", I think",
)
FILLERS = ("uh", "um", "you know", "like", "I mean", "kind of")
SHORT = (
    "{name}, are you there",
    "until {hour}",
    "for {money}",
    "{ref}, got it",
    "{day} then",
    "in {place}, yes",
    "{name} speaking",
    "no, {four}",
)
STOCK = (
    "Thank you for calling, how can I help you today?",
    "Can I take your full name, please?",
    "And the first line of your address?",
    "Bear with me a moment.",
    "I'm just going to put you on hold for a minute.",
    "Thank you for holding.",
    "I'm sorry to hear that.",
    "Let me have a look at that for you.",
    "Is there anything else that I can help you with?",
    "You'll get an email to confirm that.",
    "Thanks for your patience.",
    "Have a lovely day.",
    "This call is recorded for training.",
    "Could you confirm your date of birth for me?",
    "I can't see anything on my side.",
    "That's our policy, I'm afraid.",
    "You would need to do that online.",
    "I completely understand.",
    "Someone will get back to you.",
    "It should be there in a few days.",
)
STOCK_CUSTOMER = (
    "Yes.",
    "Okay.",
    "No, that's all.",
    "Thank you.",
    "I've been waiting for ages.",
    "That's right.",
    "Hello?",
    "Are you still there?",
    "I'm not happy about this.",
    "Bye.",
    "What do I do now?",
    "Fine.",
)


def _each(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(";"))


ITEMS = _each(
    "router;parcel;boiler;invoice;phone;washing-machine;tariff;booking;deposit;mattress;laptop;policy;heater;kettle;"
    "sofa;meter;ticket;subscription;fridge;camera;charger;voucher;bike;lamp;suitcase;printer;tablet;oven;jacket;watch"
)
STATES = _each(
    "delayed;returned;out of stock;on hold;damaged;closed;waiting for a part;with the courier;refused;paid;blinking;"
    "switched off;lost;being looked into;cancelled;booked in"
)
TEAMS = _each("billing;returns;the warehouse;sales;the repair desk;accounts;the network team;dispatch;retention")
FIRST_NAMES = _each(
    "Amara;Bogdan;Chen;Delphine;Emeka;Farida;Gwen;Hiroshi;Ines;Joao;Keira;Lars;Mina;Nadia;Oisin;Priya;Quentin;Rosa;"
    "Samir;Tove;Ulrich;Vesna;Wei;Xenia;Yusuf;Zofia"
)
LAST_NAMES = _each(
    "Abbott;Baptiste;Castell;Dvorak;Eide;Falk;Grant;Haddad;Ivers;Jansen;Kovac;Lindqvist;Moreau;Nwosu;Okafor;Petrov;"
    "Quayle;Rossi;Sato;Tiernan;Urban;Vidal;Whelan;Yilmaz;Zeman"
)
PLACES = _each(
    "Ashford;Bexhill;Carlow;Dundee;Epsom;Falmouth;Galway;Hexham;Ipswich;Jarrow;Kendal;Larne;Malvern;Newry;Oban;Perth;"
    "Ripon;Selby;Truro;Ulverston;Ventnor;Wexford;Yarm"
)
DAYS = _each("Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday")
MONTHS = _each("January;February;March;April;May;June;July;August;September;October;November;December")
