#!/usr/bin/env python3
"""Make the embedded fonts of the charts from the Noto fonts (OFL 1.1, OFL.txt).

Run in a folder with Python 3.11 (the same input and versions give the same bytes):
  npm pack @expo-google-fonts/noto-sans{@0.4.2,-hk@0.4.3,-sc@0.4.3,-jp@0.4.3,-kr@0.4.3}
  npm pack @expo-google-fonts/noto-sans-{arabic@0.4.3,hebrew@0.4.1,devanagari@0.4.1,tamil@0.4.3,thai@0.4.2}
  npm pack @expo-google-fonts/noto-sans-{bengali@0.4.4,armenian@0.4.2,georgian@0.4.3,ethiopic@0.4.2}
  pip install fonttools==4.68.0 zstandard==0.25.0
  python pack.py FOLDER_OF_THE_TGZ [OUTPUT_FOLDER]

Each output holds a family in two weights. Regular and Bold of these fonts have
the same points, contours and glyph order, so that Bold is stored as the
difference of each step from point to point: 40 % less than two fonts. The parts
are those that `packed.rs` reads. Composite glyphs become simple ones.

Kept of the ideographs: all that Noto Sans HK has (Big5, HKSCS), and what it
lacks of GB 2312 (from Noto Sans SC), of JIS X 0208 and the supplementary planes
(JP) and of KS X 1001 (KR).
Latin, Greek and Cyrillic come from Noto Sans alone. Dropped: hinting, vertical
text, variation sequences, kern, and locl, so that a width does not depend on a
language tag.
"""
import hashlib
import io
import struct
import sys
import tarfile
from pathlib import Path

import zstandard
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

COMMON = [(0x0020, 0x0020), (0x00A0, 0x00A0), (0x200C, 0x200F), (0x25CC, 0x25CC)]
# Letters, marks, punctuation, currencies, letterlike symbols; superscripts and numerals.
LATIN = [(0x0020, 0x052F), (0x1C80, 0x1C88), (0x1D00, 0x1DBF), (0x1E00, 0x218F), (0x2212, 0x2212)]
LATIN += [(0x2260, 0x2265), (0x25CC, 0x25CC), (0x2C60, 0x2C7F), (0xA640, 0xA7FF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD)]
SYMBOLS = [
    (0x2000, 0x206F),  # General Punctuation, full width beside ideographs
    (0x2100, 0x214F),  # letterlike symbols
    (0x2150, 0x218F),  # number forms
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2460, 0x24FF),  # enclosed numbers
    (0x2500, 0x25FF),  # box drawing, blocks, geometric shapes
    (0x2605, 0x2606),  # stars
    (0x2713, 0x2713),  # tick
    (0x00B7, 0x00B7),  # middle dot
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0x3000, 0x303F),  # CJK punctuation
    (0xFF01, 0xFF9F),  # full-width and half-width forms
    (0xFFE0, 0xFFE6),  # full-width signs
]
KANA = [(0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3100, 0x312F)]
HAN = [(0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]
SCRIPTS = {
    "arabic": [(0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFDF2, 0xFDF2), (0xFDFC, 0xFDFC)],
    "hebrew": [(0x0590, 0x05FF)],
    "devanagari": [(0x0900, 0x097F), (0xA8E0, 0xA8FF)],
    "tamil": [(0x0B80, 0x0BFF), (0x0964, 0x0965)],
    "thai": [(0x0E00, 0x0E7F)],
    "bengali": [(0x0980, 0x09FF), (0x0964, 0x0965)],
    "armenian": [(0x0530, 0x058F), (0xFB13, 0xFB17)],
    "georgian": [(0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2D00, 0x2D2F)],
    "ethiopic": [(0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F)],
}
SCALARS = ["head", "hhea", "maxp", "OS/2", "cmap", "name", "post", "GDEF", "GSUB", "GPOS"]
NAME_IDS = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright, names, version, licence


def double_byte(codec):
    """The code points of every two-byte sequence that the codec decodes."""
    found = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                found.update(map(ord, bytes((lead, trail)).decode(codec)))
            except UnicodeDecodeError:
                pass
    return found


def of(ranges):
    return {c for first, last in ranges for c in range(first, last + 1)}


def read(folder, name):
    """Regular and Bold of a package, by the name of its font."""
    archive = next(Path(folder).glob(f"expo-google-fonts-noto-sans{name}-[0-9]*.tgz"))
    fonts = []
    with tarfile.open(archive) as package:
        for weight in ("400Regular", "700Bold"):
            member = next(m for m in package.getmembers() if m.name.endswith(f"_{weight}.ttf"))
            data = package.extractfile(member).read()
            print(f"{member.name}: sha256 {hashlib.sha256(data).hexdigest()}")
            fonts.append(TTFont(io.BytesIO(data), recalcTimestamp=False))
    return fonts


def subset(font, unicodes, layout):
    font["cmap"].tables = [t for t in font["cmap"].tables if t.format in (4, 12)]
    options = Options()
    dropped = {"kern", "locl", "frac", "numr", "dnom", "vert", "vrt2", "vkrn", "valt", "vchw", "vhal", "vpal"}
    options.layout_features = [f for f in options.layout_features if f not in dropped] if layout else []
    options.hinting = False
    options.drop_tables += ["vhea", "vmtx", "STAT", "BASE", "meta", "gasp"]
    options.drop_tables += [] if layout else ["GSUB", "GPOS", "GDEF"]
    options.name_IDs = NAME_IDS
    options.notdef_outline = True  # a missing glyph shows as a box
    options.harfbuzz_repacker = False  # else the bytes depend on what is installed
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)
    return font


def merge(font, other):
    """Adds the glyphs of a font without layout tables to another of the same size."""
    assert font["head"].unitsPerEm == other["head"].unitsPerEm
    order = font.getGlyphOrder()
    added = {c: f"{g}.{len(order)}" for c, g in other.getBestCmap().items()}
    glyphs = {}
    for c, name in added.items():
        source = other.getBestCmap()[c]
        if source not in glyphs:
            glyphs[source] = name
            order.append(name)
            font["glyf"].glyphs[name] = other["glyf"][source]
            font["hmtx"].metrics[name] = other["hmtx"][source]
        added[c] = glyphs[source]
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order
    for table in font["cmap"].tables:
        table.cmap.update({c: g for c, g in added.items() if table.format == 12 or c < 0x10000})


def zigzag(value):
    return value << 1 if value >= 0 else (-value << 1) - 1


def number(out, value):
    """One byte below 224, else two."""
    if value < 224:
        out.append(value)
    else:
        assert value - 224 < 32 * 256, value
        out += bytes((224 + (value - 224 >> 8), value - 224 & 255))


def pack(regular, bold):
    """The parts, each with its length before it."""
    contours, ends, on, advances = bytearray(), bytearray(), bytearray(), bytearray()
    steps = [bytearray() for _ in range(4)]
    n_points, most_points, most_contours = 0, 0, 0
    order = regular.getGlyphOrder()
    assert len(order) == len(bold.getGlyphOrder())
    for name, other in zip(order, bold.getGlyphOrder()):
        advance, wide = regular["hmtx"][name][0], bold["hmtx"][other][0]
        number(advances, advance)
        number(advances, zigzag(wide - advance))
        (points, stops, flags), (heavy, same, other_flags) = (
            font["glyf"][glyph].getCoordinates(font["glyf"]) for font, glyph in ((regular, name), (bold, other))
        )
        assert list(stops) == list(same) and [f & 1 for f in flags] == [f & 1 for f in other_flags], name
        number(contours, len(stops))
        before = -1
        for stop in stops:
            number(ends, stop - before)
            before = stop
        at = [0, 0, 0, 0]
        for (x, y), (bx, by), flag in zip(points, heavy, flags):
            if n_points % 8 == 0:
                on.append(0)
            on[-1] |= (flag & 1) << n_points % 8
            n_points += 1
            dx, dy = x - at[0], y - at[1]
            number(steps[0], zigzag(dx))
            number(steps[1], zigzag(dy))
            number(steps[2], zigzag(bx - at[2] - dx))
            number(steps[3], zigzag(by - at[3] - dy))
            at = [x, y, bx, by]
        most_points, most_contours = max(most_points, len(points)), max(most_contours, len(stops))
    tables = []
    for font in (regular, bold):
        maxp = font["maxp"]
        maxp.recalc = lambda _: None
        maxp.numGlyphs, maxp.maxPoints, maxp.maxContours = len(order), most_points, most_contours
        maxp.maxCompositePoints = maxp.maxCompositeContours = maxp.maxComponentElements = maxp.maxComponentDepth = 0
        font["hhea"].numberOfHMetrics = len(order)
        part = bytearray()
        for tag in SCALARS:
            if tag in font:
                table = font[tag]
                data = table.compile(font)
                part += tag.encode() + struct.pack("<I", len(data)) + data
        tables.append(bytes(part))
    parts = [struct.pack("<I", len(order)), contours, ends, on, *steps, advances, *tables]
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def write(folder, name, fonts):
    raw = pack(*fonts)
    packed = zstandard.ZstdCompressor(level=22, write_checksum=True).compress(raw)
    target = Path(folder) / f"{name}.font.zst"
    target.write_bytes(packed)
    print(
        f"{target.name}: {len(fonts[0].getBestCmap())} code points, {len(fonts[0].getGlyphOrder())} glyphs,"
        f" {len(raw)} bytes, {len(packed)} packed, sha256 {hashlib.sha256(packed).hexdigest()}"
    )


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = sys.argv[1]
    folder = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).parent
    write(folder, "NotoSans", [subset(font, of(LATIN), True) for font in read(source, "")])

    wanted = of(SYMBOLS + KANA + HAN) | double_byte("big5") | double_byte("big5hkscs")
    wanted -= of([(0x0000, 0x00B6), (0x00B8, 0x1FFF), (0xA000, 0xABFF)])
    cjk = [subset(font, wanted, False) for font in read(source, "-hk")]
    for name, more in (
        ("-sc", double_byte("gb2312")),
        ("-jp", double_byte("shift_jis") | of(KANA + [(0x20000, 0x3FFFF)])),
        ("-kr", {c for c in double_byte("euc_kr") if c >= 0x3130}),
    ):
        more = {c for c in more if c >= 0x2E80} - set(cjk[0].getBestCmap())
        for font, other in zip(cjk, read(source, name)):
            merge(font, subset(other, more, False))
    write(folder, "NotoSansHK", cjk)

    for name, ranges in SCRIPTS.items():
        fonts = [subset(font, of(ranges + COMMON), True) for font in read(source, f"-{name}")]
        write(folder, f"NotoSans{name.title()}", fonts)


if __name__ == "__main__":
    main()
