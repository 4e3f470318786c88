"""Draws the migration's part of `perf script` output (comm, ip, sym, dso) as a flame graph.

The stacks of the writing thread start at Migrator::step, those of the reading threads at
SourceReader::read_chunk; what the measuring program does besides is left out.
"""

import re
import sys
from xml.sax.saxutils import escape

ROOTS = ("cutover::migrate::Migrator::step", "cutover::migrate::SourceReader::read_chunk")
WIDTH, ROW, SMALLEST = 1200, 17, 0.004  # pixels, pixels, share of all samples
FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \(([^()]*|\[[^\]]*\])\)$")
COLOURS = {"sqlite": "#8fb8de", "core": "#f2a65a", "kernel": "#c8c8c8", "library": "#d9c77e"}


def short(symbol):
    """A function's name without templates, parameters and the project's namespace."""
    symbol = symbol.replace("(anonymous namespace)::", "").replace(" (inlined)", "")
    before = None
    while before != symbol:
        before, symbol = symbol, re.sub(r"<[^<>]*>", "", symbol)
    symbol = re.sub(r"\(.*", "", symbol).removeprefix("cutover::")
    return re.sub(r"^[a-z]\S* (?=\S)", "", symbol) or "?"


def kind(symbol, file):
    if "kernel" in file:
        return "kernel"
    if "sqlite3" in file:
        return "sqlite"
    return "core" if symbol.startswith("cutover::") else "library"


def stacks(lines):
    """Each sample's frames, outermost first, as (kind, name)."""
    frames = []
    for line in lines:
        found = FRAME.match(line)
        if found:
            symbol, file = found.groups()
            library = file.rsplit("/", 1)[-1].split(".so")[0]
            name = library if "[unknown]" in symbol else short(symbol)
            if not name.startswith("std::"):
                frames.append((symbol, (kind(symbol, file), name)))
        elif frames and not line.strip():
            frames.reverse()
            start = [i for i, (symbol, _) in enumerate(frames) if symbol.startswith(ROOTS)]
            if start:
                yield [frame for _, frame in frames[start[0]:]]
            frames = []


class Box:
    def __init__(self):
        self.samples, self.above = 0, {}

    def add(self, stack):
        box, last = self, None
        box.samples += 1
        for frame in stack:
            if frame == last:
                continue
            last = frame
            box = box.above.setdefault(frame, Box())
            box.samples += 1

    def depth(self, smallest):
        return 1 + max((b.depth(smallest) for b in self.above.values() if b.samples >= smallest),
                       default=0)


def draw(box, frame, x, level, total, height, out):
    width = box.samples / total * WIDTH
    y = height - (level + 1) * ROW
    share = f"{frame[1]}: {box.samples / total:.1%}"
    out.append(f'<g><title>{escape(share)}</title><rect x="{x:.1f}" y="{y}" width="{width:.1f}" '
               f'height="{ROW - 1}" fill="{COLOURS[frame[0]]}"/>')
    text = frame[1][:int(width / 6.2)]
    if len(text) > 2:
        out.append(f'<text x="{x + 2:.1f}" y="{y + 12}">{escape(text)}</text>')
    out.append("</g>")
    for above, child in sorted(box.above.items()):
        if child.samples >= total * SMALLEST:
            draw(child, above, x, level + 1, total, height, out)
        x += child.samples / total * WIDTH


def main():
    root = Box()
    for stack in stacks(sys.stdin):
        root.add(stack)
    if root.samples == 0:
        sys.exit("flame_graph.py: no sample is of a migration; was the program built with -g1?")
    height = root.depth(root.samples * SMALLEST) * ROW + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
           'font-family="monospace" font-size="10">',
           f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
           f'<text x="4" y="14">{root.samples} samples. Orange: this project, blue: SQLite, '
           'yellow: other libraries, grey: the kernel.</text>']
    draw(root, ("core", "the migration"), 0, 0, root.samples, height, out)
    print("\n".join(out + ["</svg>"]))


main()
