"""Markdown as HTML, formulas as MathML: browsers draw both without a script, and without a network."""

import re

from latex2mathml.converter import convert
from nbconvert.filters import markdown2html

from gancore.lessons.kit.blocks import without_links

FORMULA = re.compile(r"(```.*?```|`[^`]*`)|\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def as_html(text: str, inline: bool = False) -> str:
    """A text's HTML; without the paragraph around it where it stands in a line."""
    formulas: list[str] = []

    def keep(found: re.Match) -> str:
        if found[1]:
            return found[0]
        formulas.append(convert((found[2] or found[3]).strip(), display="block" if found[2] else "inline"))
        return f"FORMULA{len(formulas) - 1}END"

    if inline:
        text = re.sub(r"^(\d+)\. ", r"\1\\. ", text)  # the number of a section, and not a list
    shown = markdown2html(FORMULA.sub(keep, without_links(text)))
    shown = re.sub(r"FORMULA(\d+)END", lambda found: formulas[int(found[1])], shown).strip()
    shown = re.sub(r'<a class="anchor-link".*?</a>', "", shown)
    return re.sub(r"^<p>(.*)</p>$", r"\1", shown, flags=re.DOTALL) if inline else shown
