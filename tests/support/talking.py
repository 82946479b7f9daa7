"""What agents and customers say, for tests of who is who: made up, of two companies, long enough to tell."""

AGENT = (
    "Thank you for calling Harbour Energy, my name is Joyce. How can I help you today?",
    "I'm sorry to hear that. Can I have your account number, please?",
    "Thank you. Could you confirm the first line of your address for me?",
    "I can see the payment here. I will send you the refund today, is that all right for you?",
    "You're welcome. Is there anything else I can help you with?",
)
CUSTOMER = (
    "Hi, yeah, I think I've been charged twice. My bank says it's gone out two times.",
    "I don't know, I haven't got it with me. I was just looking at my bill.",
    "Yeah, it's fourteen Mill Lane. I moved in last year.",
    "Oh, okay. I thought I would have to wait. I really need that money back.",
    "No, I think that's it. Thanks.",
)
OTHER_AGENT = (
    "Hello, you're through to the payments team. May I have your name, please?",
    "Would you like me to raise that for you? Your refund can take up to five days.",
    "Have you received the letter for your account? I can send you a copy of it.",
)
MACHINE = (
    "Thank you for calling Harbour Energy. This call may be recorded for training.",
    "For billing press one. For anything else, please stay on the line.",
)


def talk(*sides, without_marks=False):
    """What the speakers ``sides`` (label, lines) say by turns: labels and texts."""
    longest = max(len(lines) for _, lines in sides)
    turns = [(label, lines[n]) for n in range(longest) for label, lines in sides if n < len(lines)]
    if without_marks:
        return [(label, "".join(c for c in text if c not in ".,?!").lower()) for label, text in turns]
    return turns
