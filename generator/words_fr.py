"""French cardinals in words, traditional spelling, up to 999 999 999 999.

Ours because the one library for it (num2words) brings an abandoned source-only dependency and
gets French currency wrong; checked against it, number by number, up to a million.
"""

_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")


def number_in_words(value: int) -> str:
    """`21` -> « vingt et un »; ValueError below zero or from a thousand billion on."""
    if not 0 <= value < 10**12:
        raise ValueError("nombre hors de portée : de 0 à 999 999 999 999")
    if value == 0:
        return _UNITS[0]
    parts = []
    for scale, name in ((10**9, "milliard"), (10**6, "million")):
        count, value = divmod(value, scale)
        if count:
            # « millions » and « milliards » are nouns: vingt and cent keep their plural before them.
            parts.append(f"{_below_thousand(count)} {name}{'s' if count > 1 else ''}")
    thousands, rest = divmod(value, 1000)
    if thousands:
        # « mille » is an invariable number: quatre-vingt mille, deux cent mille, and never « un mille ».
        parts.append("mille" if thousands == 1 else f"{_below_thousand(thousands, final=False)} mille")
    if rest:
        parts.append(_below_thousand(rest))
    return " ".join(parts)


def _below_thousand(value: int, *, final: bool = True) -> str:
    hundreds, rest = divmod(value, 100)
    words = []
    if hundreds:
        plural = "s" if hundreds > 1 and not rest and final else ""
        words.append(("" if hundreds == 1 else f"{_UNITS[hundreds]} ") + f"cent{plural}")
    if rest:
        words.append(_below_hundred(rest, final=final))
    return " ".join(words)


def _below_hundred(value: int, *, final: bool) -> str:
    if value < 20:
        return _UNITS[value]
    tens, unit = divmod(value, 10)
    if tens in (7, 9):  # soixante-dix, quatre-vingt-dix count on from ten
        tens, unit = tens - 1, unit + 10
    if not unit:
        return _TENS[tens] + ("s" if tens == 8 and final else "")
    link = " et " if unit in (1, 11) and tens < 8 else "-"
    return f"{_TENS[tens]}{link}{_UNITS[unit]}"
