"""Tokens of texts in C."""

from __future__ import annotations

from zoo.microcontroller._characters import Alphabet, alphabet_of
from zoo.microcontroller._values import TEXT, Buffer, Part, Rows, Table, encoded, filled
from zoo.preparation.tokenise import FIRST, Tokenise
from zoo.registry import register

CHARACTERS = """\
static int ${name}_failed; /* a character was met that is refused */

/* Say whether c is in one of `count` runs (first, last) of characters. */
static int ${name}_in(uint32_t c, const uint32_t *runs, int count)
{
    int low = 0, high = count;

    while (low < high) {
        const int middle = (low + high) / 2;

        if (c > runs[2 * middle + 1])
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= runs[2 * low];
}

/* Read one character of UTF-8 in lower case; what is no UTF-8 is U+FFFD. */
static uint32_t ${name}_read(const unsigned char **text)
{
    const unsigned char *s = *text;
    uint32_t c = *s++;
    int i, more = c < 0x80 ? 0 : c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : -1;
    int low = 0, high = $folds;

    c = more < 0 ? 0xFFFD : more > 0 ? c & (0x3Fu >> more) : c;
    for (i = 0; i < more; i++) {
        if ((*s & 0xC0) != 0x80) {
            c = 0xFFFD;
            break;
        }
        c = c << 6 | (*s++ & 0x3F);
    }
    *text = s;
    for (i = 0; i < $refused; i++)
        ${name}_failed |= c == ${name}_refused[i];
    while (low < high) {
        const int middle = (low + high) / 2;

        if (c > ${name}_folds[2 * middle])
            low = middle + 1;
        else
            high = middle;
    }
    return low < $folds && c == ${name}_folds[2 * low] ? ${name}_folds[2 * low + 1] : c;
}

/* Read one character, composed with the accents behind it. */
static uint32_t ${name}_next(const unsigned char **text)
{
    uint32_t c = ${name}_read(text);
    int i = 0;

    while (i < $pairs && **text) {
        const unsigned char *behind = *text;
        const uint32_t accent = ${name}_read(&behind);

        if (accent < 0x300) /* no accent */
            break;
        for (i = 0; i < $pairs; i++)
            if (c == ${name}_pairs[3 * i] && accent == ${name}_pairs[3 * i + 1])
                break;
        if (i < $pairs) {
            c = ${name}_pairs[3 * i + 2];
            *text = behind;
        }
    }
    return c;
}

"""

WORDS = """\
/* Return where the word ends whose first letter ends at `s`: letters, and marks and apostrophes between them. */
static const unsigned char *${name}_end(const unsigned char *s)
{
    const unsigned char *end = s;
    uint32_t c;

    while (*s) {
        c = ${name}_next(&s);
        if (${name}_in(c, ${name}_letters, $letters))
            end = s;
        else if (c != 0x27 && c != 0x2019 && !${name}_in(c, ${name}_joined, $joined))
            break;
    }
    for (s = end; *s; end = s) {
        c = ${name}_next(&s);
        if (!${name}_in(c, ${name}_joined, $joined))
            break;
    }
    return end;
}

/* Copy the text from s to end in lower case; return its bytes, or -1 where it is longer than any word is. */
static int ${name}_lower(const unsigned char *s, const unsigned char *end, char *to)
{
    static const uint8_t leads[4] = {0, 0xC0, 0xE0, 0xF0};
    int size = 0;

    while (s < end) {
        const uint32_t c = ${name}_next(&s);
        const int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        int i;

        if (size + more + 1 > $longest)
            return -1;
        to[size++] = (char)(leads[more] | c >> 6 * more);
        for (i = more - 1; i >= 0; i--)
            to[size++] = (char)(0x80 | (c >> 6 * i & 0x3F));
    }
    to[size] = 0;
    return size;
}

static int32_t ${name}_number(const char *word)
{
    int low = 0, high = $words;

    while (low < high) {
        const int middle = (low + high) / 2;
        const int order = strcmp(word, ${name}_words[middle]);

        if (order == 0)
            return ${name}_numbers[middle];
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

"""

CODE = """\
static int $name(const char *text, int32_t *y)
{
    const unsigned char *s = (const unsigned char *)text;
    int i, filled = 0, before = -1; /* bytes of the last word, which ${name}_pair holds */

    ${name}_failed = 0;
    for (i = 0; i < $length; i++)
        y[i] = 0;
    while (*s && filled < $length) {
        const unsigned char *start = s;
        const uint32_t c = ${name}_next(&s);
        int32_t number;
        int size;

        if (${name}_failed)
            return ZOO_NOT_SERVED;
        if (${name}_in(c, ${name}_spaces, $spaces))
            continue;
        if (${name}_in(c, ${name}_letters, $letters))
            s = ${name}_end(s);
        size = ${name}_lower(start, s, ${name}_word);
        number = size < 0 ? 0 : ${name}_number(${name}_word);
        y[filled++] = number ? number : 1;
        if (!$with_pairs)
            continue;
        if (before >= 0 && size >= 0 && before + 1 + size <= $longest && filled < $length) {
            ${name}_pair[before] = ' ';
            memcpy(${name}_pair + before + 1, ${name}_word, (size_t)size + 1);
            number = ${name}_number(${name}_pair);
            if (number)
                y[filled++] = number;
        }
        before = size;
        if (size >= 0)
            memcpy(${name}_pair, ${name}_word, (size_t)size + 1);
    }
    return ${name}_failed ? ZOO_NOT_SERVED : 0;
}
"""


@register()
def tokenise(step: Tokenise, name: str, rows: Rows) -> Part:
    """Return C that numbers the words of a text in UTF-8, by a binary search in the vocabulary.

    Its function refuses texts with a character whose lower case depends on its place, as a Greek capital sigma's does.
    """
    order = sorted(range(len(step.words)), key=lambda place: encoded(step.words[place]))
    words = [step.words[place] for place in order]
    longest = max((len(encoded(word)) for word in words), default=0)
    tables = (
        Table(f"{name}_words", TEXT, words),
        Table(f"{name}_numbers", "int32_t", [place + FIRST for place in order]),
        *_tables(name, alphabet := alphabet_of(step.words)),
    )
    counts = {field: len(getattr(alphabet, field)) for field in ("letters", "joined", "spaces", "folds", "pairs")}
    values = {"words": len(words), "longest": longest, "length": step.length, "with_pairs": int(step.ngrams == 2)}
    code = filled(CHARACTERS + WORDS + CODE, name=name, refused=len(alphabet.refused), **counts, **values)
    kept = Buffer(f"{name}_word", "char", longest + 1), Buffer(f"{name}_pair", "char", longest + 1)
    return Part(code, Rows("int32_t", (step.length,)), tables, kept)


def _tables(name: str, alphabet: Alphabet) -> tuple[Table, ...]:
    """Return the table of each fact about characters, its runs and pairs one after another."""
    facts = ("letters", "joined", "spaces", "folds", "pairs")
    flat = {fact: [number for group in getattr(alphabet, fact) for number in group] for fact in facts}
    return tuple(
        Table(f"{name}_{fact}", "uint32_t", values) for fact, values in {**flat, "refused": alphabet.refused}.items()
    )
