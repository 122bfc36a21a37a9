"""Checks a page of --report, and shows what its pictures say: page.py PAGE.

It is XML and HTML, needs nothing from elsewhere, every link has its target, and in a picture nothing overlaps.
"""
import re
import sys
import xml.etree.ElementTree as tree
from html.parser import HTMLParser

VOID = {"meta", "br", "path", "rect"}
SVG = {"box": "box", "box loss": "loss", "pill input": "input", "pill output": "output", "pill target": "target"}


class Balanced(HTMLParser):
    """Every element is closed, in its order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID, tag

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def boxes(element, x, y, found):
    """The boxes, pills and frames below an SVG element, with their places in the picture."""
    moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    for child in element:
        style = child.get("class", "")
        if child.tag == "rect" and (style in SVG or style == "frame"):
            left, top = x + float(child.get("x")), y + float(child.get("y"))
            found.append((style, left, top, left + float(child.get("width")), top + float(child.get("height"))))
        boxes(child, x, y, found)


def inside(a, b):
    return a[1] >= b[1] and a[2] >= b[2] and a[3] <= b[3] and a[4] <= b[4]


def apart(a, b):
    return a[3] < b[1] or b[3] < a[1] or a[4] < b[2] or b[4] < a[2]


with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
for elsewhere in ("http:", "https:", "<script", "src=", "@import", "url(", "<link", "<img"):
    assert elsewhere not in text, elsewhere
parser = Balanced()
parser.feed(text)
parser.close()
assert not parser.open, parser.open

page = tree.fromstring(text.split("\n", 1)[1])
ids = [element.get("id") for element in page.iter() if element.get("id")]
assert len(ids) == len(set(ids)), sorted(ids)
links = [element.get("href") for element in page.iter("a")]
for link in links:
    assert link[0] == "#" and link[1:] in ids, link
print(f"{len(links) > 0} links lead somewhere")

for svg in page.iter("svg"):
    left, top, width, height = map(float, svg.get("viewBox").split())
    all_boxes = []
    boxes(svg, 0, 0, all_boxes)
    for k, box in enumerate(all_boxes):
        assert inside(box, (0, left, top, left + width, top + height)), box
        for other in all_boxes[:k]:
            framed = (other[0] == "frame" and inside(box, other)) or (box[0] == "frame" and inside(other, box))
            assert framed or apart(box, other), (box, other)
    counts = {}
    for box in all_boxes:
        kind = SVG.get(box[0], box[0])
        counts[kind] = counts.get(kind, 0) + 1
    print("picture:", ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts)))
    edges = [element.find("title").text for element in svg.iter("g") if element.get("class") == "edge"]
    training = [element.find("title").text for element in svg.iter("g") if element.get("class") == "edge training"]
    print("edges:", "; ".join(edges))
    print("training:", "; ".join(training))
    names = [element.text for element in svg.iter("text") if element.get("class", "").startswith("name")]
    print("names:", "; ".join(names))
