"""Names from data are shown as they are, whatever they hold."""

from __future__ import annotations

from search.record.markdown import code, cut, table, words


def test_nothing_in_a_text_is_markup():
    assert words("a|b <script>*x* [l](u)\n# h & c") == r"a\|b &lt;script&gt;\*x\* \[l\](u) \# h &amp; c"


def test_code_stays_in_its_cell():
    assert code("a`b|c\nd") == "`a'b/c d`"


def test_a_table_has_a_row_of_dashes_and_a_line_a_row():
    assert table(["a", "b"], [["1", "2"]]).splitlines() == ["| a | b |", "| --- | --- |", "| 1 | 2 |"]


def test_a_long_text_is_cut_between_lines_and_says_so():
    text = "\n".join(f"line {number}" for number in range(100))
    short = cut(text, 200)
    assert len(short) <= 200 and short.endswith("MLflow takes no more.)")
    assert short.split("\n\n")[0].splitlines() == text.splitlines()[: len(short.split("\n\n")[0].splitlines())]
    assert cut(text, len(text)) == text
