#!/usr/bin/env python3
"""Make the embedded fonts of the org charts from Noto Sans HK (OFL 1.1, OFL.txt).

Source: npm @expo-google-fonts/noto-sans-hk 0.4.3 (Noto Sans HK 2.004), SHA-256
  154ee8273741df924c7c509029478389bc4d91994fc51d5213af158ce09d3efb  NotoSansHK_400Regular.ttf
  9c8bc87430613644fee27cbde7df8b72fd1ae8a6ff3ef8d9a35c4e6cd155b20f  NotoSansHK_700Bold.ttf

Run (Python 3.11; the same input and versions give the same bytes):
  npm pack @expo-google-fonts/noto-sans-hk@0.4.3
  tar xzf expo-google-fonts-noto-sans-hk-0.4.3.tgz
  pip install fonttools==4.68.0 zstandard==0.25.0
  python subset.py package/400Regular/NotoSansHK_400Regular.ttf \\
                   package/700Bold/NotoSansHK_700Bold.ttf [OUTPUT_FOLDER]

Kept: Big5, HKSCS, every Han ideograph the font has (Python's HKSCS is that of
2004; this adds those of 2008 and 2016, and 説 税), Kangxi radicals (PDF text has
them for ideographs), Latin, punctuation, and the symbols in BLOCKS.
Features: kern, ccmp and mark. Dropped: vertical text, hinting, variation
sequences, and locl, so that a width does not depend on a language tag.
"""
import hashlib
import io
import sys
from pathlib import Path

import zstandard
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

BLOCKS = [
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1 Supplement
    (0x0100, 0x024F),  # Latin Extended-A and -B
    (0x0300, 0x036F),  # combining marks
    (0x2000, 0x206F),  # General Punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20CF),  # currency signs
    (0x2100, 0x214F),  # letterlike symbols: ℃ № ™
    (0x2150, 0x218F),  # number forms
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators: ∶ ≈ ≤
    (0x2460, 0x24FF),  # enclosed numbers: ①
    (0x2500, 0x25FF),  # box drawing, blocks, geometric shapes
    (0x2605, 0x2606),  # ★ ☆
    (0x2713, 0x2713),  # ✓
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0x3000, 0x303F),  # CJK punctuation
    (0x3400, 0x9FFF),  # Han ideographs
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFF01, 0xFF60),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width signs
    (0x20000, 0x3FFFF),  # Han ideographs beyond the BMP
]
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


def wanted():
    blocks = {c for first, last in BLOCKS for c in range(first, last + 1)}
    return blocks | double_byte("big5") | double_byte("big5hkscs")


def subset(path, unicodes):
    font = TTFont(path, recalcTimestamp=False)
    font["cmap"].tables = [t for t in font["cmap"].tables if t.format in (4, 12)]

    options = Options()
    options.layout_features = ["kern", "ccmp", "mark"]
    options.hinting = False
    options.drop_tables += ["vhea", "vmtx", "STAT"]
    options.name_IDs = NAME_IDS
    options.notdef_outline = True  # a missing glyph shows as a box
    options.harfbuzz_repacker = False  # else the bytes depend on what is installed
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)

    out = io.BytesIO()
    font.save(out)
    return out.getvalue(), font


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    folder = Path(sys.argv[3]) if len(sys.argv) == 4 else Path(__file__).parent
    unicodes = wanted()
    for path, weight in zip(sys.argv[1:3], ("Regular", "Bold")):
        raw, font = subset(path, unicodes)
        packed = zstandard.ZstdCompressor(level=19, write_checksum=True).compress(raw)
        target = folder / f"NotoSansHK-{weight}.ttf.zst"
        target.write_bytes(packed)
        print(
            f"{target.name}: {len(font.getBestCmap())} code points,"
            f" {font['maxp'].numGlyphs} glyphs, {len(raw)} bytes, {len(packed)} packed,"
            f" sha256 {hashlib.sha256(packed).hexdigest()}"
        )


if __name__ == "__main__":
    main()
