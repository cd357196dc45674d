"""Lists of a user's own stand in place of the shipped ones; each case in a process of its own, since lists are read once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.lists import rows, use

LEADERS = "name\taliases\toffice\tcountry\torganisation\tfrom\tto\twikidata\tname_en\n"


def told(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    code = f"""
import pipeline
nlp = pipeline.load(names="rules", gazetteer={str(folder)!r})
doc = nlp({text!r})
print(doc._.entities)
"""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256"])
def test_a_leader_of_ones_own_is_known_by_name(tmp_path: Path, encoding: str) -> None:
    row = "زهير الماوردي\t\tforeign_minister\tKZ\t\t2020-01-01\t\tQ1\tZuhair al-Mawardi\n"
    (tmp_path / "leaders.tsv").write_text(LEADERS + row, encoding=encoding)
    done = told(tmp_path, "التقى وزير الخارجية زهير الماوردي الوفد.")
    assert "Zuhair al-Mawardi" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("nolist.tsv", "a\n1\n", "stands for no list"),
        ("leaders.tsv", "name\nزهير\n", "lacks the columns"),
        ("leaders.tsv", LEADERS.replace("\t", ","), "a tab stands between columns"),
        ("leaders.tsv", LEADERS + "زهير الماوردي\tQ1\n", "leaders.tsv:2: 2 cells under 9 columns"),
        ("leaders.tsv", LEADERS + "\n" + "\t" * 8 + "\n", "leaders.tsv:3: nothing stands in the column name"),
        ("topic_terms.tsv", "term\tid\n\tkhabar\n", "topic_terms.tsv:2: nothing stands in the column term"),
        ("topic_terms.tsv", "term\tid\nتجارة\tt\n\u064e\tt\n", "topic_terms.tsv:3: nothing stands in the column term"),
        (
            "date_deictics.tsv",
            "form\tdays\nغدا\tواحد\n",
            "date_deictics.tsv:2: 'واحد' is not a whole number, as the column days",
        ),
        ("date_deictics.tsv", "form\tdays\nغدا\t\n", "date_deictics.tsv:2: nothing stands in the column days"),
        ("date_deictics.tsv", "form\tdays\nغدا\t1.5\n", "date_deictics.tsv:2: '1.5' is not a whole number"),
        (
            "date_named_days.tsv",
            "head\tmonth_day\tyear\nثورة\t11\t2011\n",
            "date_named_days.tsv:2: '11' is not a month and day, MM-DD",
        ),
        ("leaders.tsv", "%PDF-1.4", "no plain text but a PDF"),
    ],
)
def test_a_list_that_does_not_fit_is_named(tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = told(tmp_path, "نص.")
    assert done.returncode == 1
    assert reason in done.stderr
    assert name in done.stderr


def test_the_shipped_lists_may_be_given_as_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.lists._own", {})
    rows.cache_clear()
    use(Path(__file__).parents[1] / "pipeline/resources")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder of lists"):
        use(tmp_path / "none")


def test_lists_are_not_changed_under_a_loaded_pipeline(tmp_path: Path) -> None:
    rows("topics")
    (tmp_path / "leaders.tsv").write_text(LEADERS, encoding="utf-8")
    with pytest.raises(RuntimeError, match="before the first pipeline"):
        use(tmp_path)
