"""Writes digits as examples/digits reads them: ten shapes, each shifted and with noise. digits.py COUNT FILE; gzip if it ends in .gz."""
import gzip
import random
import sys

SHAPES = """
.##. ..#. .##. ###. ...# #### .### #### .##. .##.
#..# .##. #..# ...# ..## #... #... ...# #..# #..#
#..# ..#. ..#. .##. #..# ###. ###. ..#. .##. .###
#..# ..#. .#.. ...# #### ...# #..# .#.. #..# ...#
.##. .### #### ###. ...# ###. .##. .#.. .##. .##.
"""
ROWS = [line.split() for line in SHAPES.split("\n") if line]


def pixels(digit, draw):
    left, top = draw.randrange(5), draw.randrange(4)
    for y in range(8):
        for x in range(8):
            inside = 0 <= y - top < 5 and 0 <= x - left < 4
            ink = 12 if inside and ROWS[y - top][digit][x - left] == "#" else 0
            yield ink + draw.randrange(5)


count, file = int(sys.argv[1]), sys.argv[2]
draw = random.Random(1)
with (gzip.open if file.endswith(".gz") else open)(file, "wt") as out:
    for _ in range(count):
        digit = draw.randrange(10)
        print(*pixels(digit, draw), digit, sep=",", file=out)
