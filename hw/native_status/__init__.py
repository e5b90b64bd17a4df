"""What card printers say beyond IPP, in their makers' own words: ribbon, cards left on it, cleaning, cover.

`evolis` and `magicard` are pure functions over bytes, `line` is the node they are asked over, `asking` the questions,
`places` where such a node is. Only reads are sent, never while a card is on its way (docs/decisions/0021).
"""
