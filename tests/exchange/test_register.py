"""A register is taken whole, or refused with every fault and where it stands."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import textwrap
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.errors import Invalid
from workspace.exchange import register, register_photos
from workspace.exchange.register import ReadRegister, RegisterEntry, SentRegister, read_register
from workspace.exchange.register_photos import InlinePhoto, SentPhoto, SentPhotos
from workspace.rules.comparison import comparison_key

HEADER = (
    "number,sex,date_of_birth,nationality,missing_since,place,country,height_cm,eyes,hair,marks,languages,photos,label"
)
TODAY = date(2026, 6, 4)
FULL = 'R-1,F,2015-03-02,PE,2024-05-01,Tacna,PER,132,brown,black,scar on chin,spa;que,"a.jpg;more/b.jpg",Child A'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "more").mkdir()
    for name in ("a.jpg", "more/b.jpg"):
        (tmp_path / name).write_bytes(b"not decoded here")
    return tmp_path


def write(folder: Path, text: str, name: str = "register.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        read(path).require_whole()
    return refusal.value.facts["faults"]


def read(path: Path) -> ReadRegister:
    return read_register(path, today=TODAY)


def whole(path: Path) -> tuple[RegisterEntry, ...]:
    taken = read(path)
    taken.require_whole()
    return taken.entries


def test_every_field_of_a_notice_is_read(folder: Path) -> None:
    [entry] = read(write(folder, f"{HEADER}\n{FULL}\n")).entries

    assert (entry.number, entry.label, entry.sex) == ("R-1", "Child A", "female")
    assert (entry.date_of_birth, entry.missing_since) == (date(2015, 3, 2), date(2024, 5, 1))
    assert (entry.nationality, entry.country, entry.place) == (("PE",), "PE", "Tacna")
    assert (entry.height_cm, entry.eyes, entry.hair, entry.marks) == (132, "brown", "black", "scar on chin")
    assert entry.languages == ("spa", "que")
    assert entry.photos == ((folder / "a.jpg").resolve(), (folder / "more/b.jpg").resolve())
    assert entry.where == "line 2"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffNumber;Date of Birth;Photos\r\nR-1;2015/3/2;a.jpg|more/b.jpg\r\n",
        'NUMBER,DATE-OF-BIRTH,photos\nR-1,2015-03-02,"a.jpg;more/b.jpg"\n\n',
        "number\tdate_of_birth\tphotos\nR-1\t2015-3-2\ta.jpg|more/b.jpg",
    ],
)
def test_headers_marks_and_delimiters_of_many_programs_are_understood(folder: Path, text: str) -> None:
    [entry] = read(write(folder, text)).entries

    assert entry.number == "R-1"
    assert entry.date_of_birth == date(2015, 3, 2)
    assert len(entry.photos) == 2


def test_a_height_that_no_person_has_is_refused(folder: Path) -> None:
    assert faults(write(folder, "number,height_cm\nR-1,19\nR-2,251\n")) == [
        "line 2: height_cm '19' cannot be understood: use whole centimetres, 20 to 250",
        "line 3: height_cm '251' cannot be understood: use whole centimetres, 20 to 250",
    ]


def test_an_object_that_is_no_notice_is_refused(folder: Path) -> None:
    assert faults(write(folder, '{"Object": "none"}', "register.json")) == ["entry 1: number is empty"]


def test_columns_that_are_not_ours_are_named_and_left_aside(folder: Path) -> None:
    taken = read(write(folder, "number,weight\nR-1,30\n"))

    assert len(taken.entries) == 1
    assert taken.remarks == ("«weight» is not a field of a register",)


def test_names_become_the_label_where_there_is_none(folder: Path) -> None:
    [entry] = read(write(folder, "number,given names,family name\nR-1,Given,FAMILY\n")).entries

    assert entry.label == "FAMILY Given"


def test_every_fault_is_listed_with_its_line(folder: Path) -> None:
    text = (
        "number,sex,date_of_birth,country,height_cm,missing_since,photos\n"
        "R-1,F,02.03.2015,PE,132,,\n"
        'R-2,Q,2015-02-30,ZZ,2 m,2014-01-01,"nowhere.jpg"\n'
        "R-1,,,,,,\n"
        ",,1850-01-01,,,,\n"
        "R-4,,,,,,,one cell too many\n"
        "R-5,,2015-01-02,,,2014-01-01,\n"
    )

    found = faults(write(folder, text))

    assert [fault for fault in found if "R-1" not in fault] == [
        "line 2: date_of_birth '02.03.2015' cannot be understood: use year-month-day, from 1900",
        "line 3: date_of_birth '2015-02-30' cannot be understood: use year-month-day, from 1900",
        "line 3: sex 'Q' cannot be understood: use F, M, X or U",
        "line 3: country 'ZZ' is not an ISO 3166 country code",
        "line 3: height_cm '2 m' cannot be understood: use whole centimetres, 20 to 250",
        "line 3: photos 'nowhere.jpg' is not there",
        "line 5: date_of_birth '1850-01-01' cannot be understood: use year-month-day, from 1900",
        "line 5: number is empty",
        "line 6: 8 cells under 7 columns",
        "line 7: missing_since is before the date of birth",
    ]
    assert [fault for fault in found if "R-1" in fault] == [
        "line 2: the number 'R-1' appears more than once",
        "line 4: the number 'R-1' appears more than once",
    ]


def test_a_number_in_two_spellings_stands_more_than_once(folder: Path) -> None:
    assert faults(write(folder, "number\nR-1\nr\u20111\nR-2\n")) == [
        "line 2: the number 'R-1' appears more than once",
        "line 3: the number 'r\u20111' appears more than once",
    ]


def test_a_line_number_is_that_of_the_file_after_a_cell_of_many_lines(folder: Path) -> None:
    assert faults(write(folder, 'number,marks,sex\nR-1,"one\ntwo\nthree",F\nR-2,,Q\n')) == [
        "line 5: sex 'Q' cannot be understood: use F, M, X or U"
    ]


@pytest.mark.parametrize(
    "photo",
    ["../outside.jpg", "more/../../outside.jpg", "/etc/passwd", "C:\\x.jpg", "more", "leaving.jpg", "a\x00.jpg"],
)
def test_a_photo_outside_the_folder_is_refused(folder: Path, photo: str) -> None:
    inside = folder / "register"
    (inside / "more").mkdir(parents=True)
    (folder / "outside.jpg").write_bytes(b"x")
    (inside / "leaving.jpg").symlink_to(folder / "outside.jpg")

    [fault] = faults(write(inside, json.dumps([{"number": "R-1", "photos": [photo]}]), "register.json"))

    assert fault.startswith("entry 1: photos")


def test_a_folder_reached_by_a_link_is_no_fault(folder: Path) -> None:
    write(folder, "number,photos\nR-1,a.jpg\n")
    linked = folder.parent / f"{folder.name}-linked"
    linked.symlink_to(folder)

    [entry] = read(linked / "register.csv").entries

    assert entry.photos == ((folder / "a.jpg").resolve(),)


@pytest.mark.parametrize("size", [0, 11])
def test_an_empty_or_huge_photo_is_refused(folder: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_photos, "MAX_PHOTO_BYTES", 10)
    (folder / "a.jpg").write_bytes(bytes(size))

    [fault] = faults(write(folder, "number,photos\nR-1,a.jpg\n"))

    assert f"has {size} bytes" in fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: there is no column «number»"),
        ("name,sex\nx,F\n", "line 1: there is no column «number»"),
        ("number\n", "the file holds no entry"),
        ("number,sex,Sex\nR-1,F,F\n", "line 1: the column «sex» appears twice"),
        ('number\n"R-1\n', "line 2: a quotation mark stands where none can stand, or has no end"),
        ("[", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ('[{"number": "R-1", "number": "R-2"}]', "stands twice in one object"),
        ('["R-1"]', "entry 1: is not an object"),
        ('[{"number": {"a": 1}}]', "entry 1: «number» is neither text"),
        ("[]", "the file holds no entry"),
    ],
)
def test_a_file_that_is_no_register_is_refused_with_its_reason(folder: Path, text: str, fault: str) -> None:
    assert any(fault in found for found in faults(write(folder, text)))


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    path = folder / "register.csv"
    path.write_bytes("number,place\nR-1,Bogotá\n".encode("latin-1"))

    assert "not UTF-8" in faults(path)[0]


def test_a_file_beyond_the_bounds_is_refused_before_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = folder / "huge.csv"
    huge.touch()
    os.truncate(huge, register.MAX_FILE_BYTES + 1)
    assert "at most" in faults(huge)[0]

    monkeypatch.setattr(register, "MAX_ENTRIES", 2)
    assert faults(write(folder, "number\n1\n2\n3\n")) == ["the file has more than 2 entries"]

    monkeypatch.setattr(register, "MAX_FAULTS_LISTED", 1)
    assert faults(write(folder, "number,sex\n1,Q\n2,Q\n"))[1:] == ["… and 1 more"]


def test_a_missing_file_and_oversized_or_unprintable_fields_are_faults(folder: Path) -> None:
    assert "cannot be opened" in faults(folder / "nowhere.csv")[0]
    long = "x" * (register.MAX_FIELD_CHARACTERS + 1)
    many = ";".join(f"{n}.jpg" for n in range(register_photos.MAX_PHOTOS + 1))
    countries = "PE;EC"
    found = faults(
        write(folder, f'number,marks,photos,country,eyes\n1,{long},"{many}","{countries}",a\x07b\n', "faults.csv")
    )
    assert [fault.split(" ", 3)[2] for fault in found] == ["country", "eyes", "marks", "photos"]


def test_json_lists_and_numbers_are_understood(folder: Path) -> None:
    entries = [
        {"Number": 17, "Height cm": 132.0, "languages": ["spa", "que"], "nationality": ["PE", "XK"], "hair": None}
    ]

    [entry] = read(write(folder, json.dumps(entries), "register.json")).entries

    assert (entry.number, entry.height_cm, entry.languages) == ("17", 132, ("spa", "que"))
    assert entry.nationality == ("PE", "XK")


def notice(**values: str) -> dict[str, object]:
    attributes = [{"object_relation": relation.replace("_", "-"), "value": value} for relation, value in values.items()]
    return {"name": "interpol-notice", "uuid": "6a1b3e2c-0000-4000-8000-000000000001", "Attribute": attributes}


@pytest.mark.parametrize("wrap", [lambda n: n, lambda n: [n], lambda n: {"Event": {"Object": [n, {"name": "file"}]}}])
def test_misp_notices_are_read(folder: Path, wrap) -> None:
    found = notice(
        present_family_name="FAMILY", forename="Given", sex="Female", date_of_birth="2015-03-02", height="1.32 meters",
        colour_of_eyes="brown", portrait="a.jpg", notice_color="Yellow", date_of_disappearance="2024-05-01",
    )  # fmt: skip
    found["Attribute"].append({"object_relation": "nationality", "value": "PE"})
    found["Attribute"].append({"object_relation": "nationality", "value": "EC"})

    taken = read(write(folder, json.dumps(wrap(found)), "notice.json"))

    [entry] = taken.entries
    assert (entry.number, entry.label) == ("6a1b3e2c-0000-4000-8000-000000000001", "FAMILY Given")
    assert (entry.sex, entry.height_cm, entry.eyes, entry.nationality) == ("female", 132, "brown", ("PE", "EC"))
    assert entry.photos == ((folder / "a.jpg").resolve(),)
    assert taken.remarks == ("«notice-color» is not a field of a register",)


# What programs write around the entries, and what one of them cannot take


PLAIN = "number;label;date_of_birth;sex;photos\n1;A;2010-01-02;F;a.jpg\n"


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\n" + PLAIN,
        '"sep=;"\n' + PLAIN,
        PLAIN.replace(";", ","),
        PLAIN.replace("\n", ";;;\n"),
        PLAIN.replace("photos\n", "photos;;\n"),
        PLAIN.replace("a.jpg\n", "a.jpg;; ;\u200b\n") + ";;;;;;\n\n",
        "Missing children, 2026\n\n" + PLAIN,
        PLAIN.replace("2010-01-02", "2010-01-02 00:00:00"),
        PLAIN.replace("2010-01-02", "2010-01-02T00:00:00.000Z"),
        PLAIN.replace("2010-01-02", "2010.1.2 0:00"),
        PLAIN.replace("2010-01-02", "\u200e2010-01-02\xa0"),
        PLAIN.replace(";F;", ";\uff26;"),
        PLAIN.replace("number;label;date_of_birth;sex;photos", "Número;Name;DOB;Gender;Photo"),
        PLAIN.replace("date_of_birth", '"date\nof birth"'),
        PLAIN.replace("2010-01-02", "20100102"),
        PLAIN.replace("\n1;", '\n="1";'),
        PLAIN.replace("\n1;", "\n'1;"),
        PLAIN.replace(";F;", ";Niña;"),
        "[Missing children]\n" + PLAIN,
    ],
)
def test_what_spreadsheets_and_databases_write_around_a_register_is_no_fault(folder: Path, text: str) -> None:
    [entry] = whole(write(folder, text))

    assert (entry.number, entry.date_of_birth, entry.sex) == ("1", date(2010, 1, 2), "female")
    assert entry.photos == ((folder / "a.jpg").resolve(),)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_whose_encoding_can_be_told_is_read_in_it(folder: Path, encoding: str) -> None:
    path = folder / "register.csv"
    path.write_bytes("number\tplace\nÑ-1\tBogotá\n".encode(encoding))

    assert [(entry.number, entry.place) for entry in whole(path)] == [("Ñ-1", "Bogotá")]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2,B,2010-04-03 07:30:00,F", "line 3: date_of_birth '2010-04-03 07:30:00' cannot be understood"),
        ("2,B,2091-04-03,F", "line 3: date_of_birth '2091-04-03' is in the future"),
        ("2,B,2010-04-03,F,,,x", "line 3: 7 cells under 4 columns"),
        ('2,"B"x,2010-04-03,F', "line 3: a quotation mark stands where none can stand"),
        ('2,"B,2010-04-03,F', "line 3: a quotation mark stands where none can stand, or has no end"),
        ("1.23457E+08,B,2010-04-03,F", "line 3: number 1.23457E+08 is written with an exponent"),
        ("\u2800,B,2010-04-03,F", "line 3: number is empty"),
    ],
)
def test_one_bad_line_is_named_and_the_rest_can_be_taken(folder: Path, row: str, fault: str) -> None:
    path = write(folder, f'number,label,date_of_birth,sex\n1,A,,F\n{row}\n3,"C, the third",,M\n4,D,,M\n')

    assert faults(path)[0].startswith(fault)
    taken = read(path)
    taken.require_whole(or_rest=True)
    assert [(entry.number, entry.label) for entry in taken.entries] == [("1", "A"), ("3", "C, the third"), ("4", "D")]


@pytest.mark.parametrize("word", ["n/a", "Unknown", "-", "?", "NULL", "Prefer not to say", "desconocido"])
def test_a_word_for_what_is_not_known_leaves_its_field_empty(folder: Path, word: str) -> None:
    fields = "sex,date_of_birth,missing_since,nationality,country,height_cm"
    [entry] = whole(write(folder, f"number,{fields}\n1{f',{word}' * 6}\n"))

    assert (entry.sex, entry.date_of_birth, entry.missing_since) == ("unknown", None, None)
    assert (entry.nationality, entry.country, entry.height_cm) == ((), None, None)


@pytest.mark.parametrize(
    ("written", "codes"),
    [("NA", ("NA",)), ("EC, PE", ("EC", "PE")), ("EC/PER", ("EC", "PE")), ("Perú", ("PE",)), ("UK", ("GB",)),
     ("Korea, Republic of", ("KR",)), ("XKX", ("XK",))],
)  # fmt: skip
def test_countries_are_understood_by_code_and_by_the_name_of_the_standard(
    folder: Path, written: str, codes: tuple[str, ...]
) -> None:
    assert whole(write(folder, f'number,nationality\n1,"{written}"\n'))[0].nationality == codes


def test_the_time_at_which_somebody_was_missed_is_left_aside_and_a_count_of_days_is_named(folder: Path) -> None:
    assert whole(write(folder, "number,missing_since\n1,2020-05-06 14:30\n"))[0].missing_since == date(2020, 5, 6)

    [fault] = faults(write(folder, "number,date_of_birth\n1,40972\n"))
    assert "spreadsheet's count of days" in fault


def test_of_two_names_of_one_column_ours_counts(folder: Path) -> None:
    taken = read(write(folder, "number,photo,photos,gender\n1,nowhere.jpg,a.jpg,F\n"))

    assert [len(entry.photos) for entry in taken.entries] == [1]
    assert taken.remarks == ("«photo» is not a field of a register",)


@pytest.mark.parametrize(
    ("text", "numbers", "fault"),
    [
        ('{"number": 1}\n{"number": 2}\n', ["1", "2"], ""),
        ('{"exported": "2026", "children": [{"number": 1}, {"number": 2}]}', ["1", "2"], ""),
        ('[{"number": 1}, {"number": 2},]', ["1", "2"], ""),
        ('[{"number": 1, "height_cm": NaN}]', ["1"], ""),
        ('[{"number": 1}, {"number": 2}, {"num', ["1", "2"], "entry 3: from here on this is not JSON"),
        ('[{"number": 1}] and more', ["1"], "entry 2: from here on this is not JSON"),
    ],
    ids=["lines", "inside an object", "a comma too many", "no number", "breaks off", "more behind"],
)
def test_what_can_be_read_of_json_can_be_taken(folder: Path, text: str, numbers: list[str], fault: str) -> None:
    taken = read(write(folder, text, "register.json"))

    assert [entry.number for entry in taken.entries] == numbers
    assert [each.split(" (")[0] for each in taken.faults] == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x14", "workbook"),
        (b"\xd0\xcf\x11\xe0", "older workbook"),
        (b"%PDF-1.4", "PDF"),
        (b"<html>", "HTML"),
    ],
)
def test_what_is_sent_in_place_of_a_text_is_named(folder: Path, content: bytes, told: str) -> None:
    path = folder / "register.csv"
    path.write_bytes(content)

    assert told in faults(path)[0]


def test_a_byte_that_is_no_text_is_the_fault_of_its_field_alone(folder: Path) -> None:
    path = folder / "register.csv"
    path.write_bytes(b"number,place\nR-1,Bogot\xe1\nR-2,Lima\n")

    assert faults(path) == ["line 2: place 'Bogot\ufffd' is not UTF-8: save the file as UTF-8"]
    assert [entry.number for entry in read(path).entries] == ["R-2"]


def test_nothing_is_taken_where_no_entry_is_left(folder: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        read(write(folder, "number,sex\n1,Q\n")).require_whole(or_rest=True)

    assert refusal.value.facts["takable"] == 0


def test_lines_inside_a_broken_cell_are_never_taken_for_entries(folder: Path) -> None:
    taken = read(write(folder, 'number,marks\n1,"one\ntwo\nthree"x\n4,scar\n'))

    assert [entry.number for entry in taken.entries] == ["4"]
    assert [str(fault).split(":")[0] for fault in taken.faults] == ["line 2", "line 3", "line 4"]


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6),
            st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda row: comparison_key(row[0]),
    ),
    st.sampled_from(',;\t|"\x00'),
    st.integers(0, 6),
)
def test_a_broken_line_takes_no_other_entry_with_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], mark: str, place: int
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows([("number", "marks", "sex")])
    lines = [text.getvalue()]
    for number, marks in rows:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerow((number, marks, "F"))
        lines.append(text.getvalue())
    lines.insert(1 + min(place, len(rows)), f'x{mark};"y{mark}z;\r\n')
    path = tmp_path_factory.mktemp("register") / "register.csv"
    path.write_text("".join(lines), encoding="utf-8", newline="")

    kept = {entry.number: entry.marks for entry in read(path).entries}

    assert kept == dict(rows)


@pytest.mark.parametrize(
    ("written", "number"), [("12345678901", "12345678901"), ("123456789.0", "123456789"), ("1.0", "1")]
)
def test_a_whole_number_of_json_keeps_every_digit(folder: Path, written: str, number: str) -> None:
    assert whole(write(folder, f'[{{"number": {written}}}]', "register.json"))[0].number == number


@pytest.mark.parametrize("written", ["1e21", "1.5E+3", "1E400"])
def test_a_number_without_exact_digits_is_refused(folder: Path, written: str) -> None:
    [fault] = faults(write(folder, f'[{{"number": {written}}}, {{"number": 2}}]', "register.json"))

    assert (
        fault == f"entry 1: number {written} is written with an exponent, so its digits are not known: write it as text"
    )


@pytest.mark.parametrize(
    ("stands", "named"),
    [
        ("Jose\u0301.jpg", "José.jpg"),
        ("José.jpg", "Jose\u0301.jpg"),
        ("IMG.JPG", "img.jpg"),
        ("sub/é.jpg", "sub\\e\u0301.jpg"),
    ],
)
def test_a_photo_is_found_in_whichever_form_its_name_is_written(folder: Path, stands: str, named: str) -> None:
    (folder / stands).parent.mkdir(exist_ok=True)
    (folder / stands).write_bytes(b"x")

    [entry] = whole(write(folder, json.dumps([{"number": "1", "photos": named}]), "register.json"))

    assert entry.photos == ((folder / stands).resolve(),)


def test_a_photo_that_could_be_two_is_a_fault_and_its_entry_can_be_taken_without_it(folder: Path) -> None:
    for name in ("B.jpg", "b.JPG"):
        (folder / name).write_bytes(b"x")
    path = write(folder, "number,photos\n1,b.jpg;a.jpg\n")

    assert faults(path) == ["line 2: photos 'b.jpg' could be B.jpg, b.JPG"]
    assert [entry.photos for entry in read(path).entries] == [((folder / "a.jpg").resolve(),)]


PIXELS = bytes(range(256)) * 2
BASE64 = base64.b64encode(PIXELS).decode()


@pytest.mark.parametrize("photo", [BASE64, f"data:image/jpeg;base64,{BASE64}", "\n".join(textwrap.wrap(BASE64, 76))])
@pytest.mark.parametrize("form", ["csv", "json", "list"])
def test_a_photo_may_stand_in_the_register_itself(folder: Path, photo: str, form: str) -> None:
    text = f'number,photos\n1,"{photo};a.jpg"\n'
    if form != "csv":
        text = json.dumps([{"number": "1", "photos": [photo, "a.jpg"] if form == "list" else f"{photo};a.jpg"}])

    [entry] = whole(write(folder, text))

    assert entry.photos == (InlinePhoto("photo 1", PIXELS), (folder / "a.jpg").resolve())


@pytest.mark.parametrize(
    "head", ["data:image/jpeg;base64,", "data:image/jpeg;charset=utf-8;base64,", "data:image/jpeg;name=a.jpg;base64,"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_photo_in_the_file_is_whole_where_nothing_quotes_it(folder: Path, head: str, delimiter: str) -> None:
    text = f"number,photos,sex\n1,{head}{quote(BASE64, safe='')},F\n".replace(",", delimiter)
    text = text.replace("base64" + delimiter, "base64,")

    [entry] = whole(write(folder, text))

    assert (entry.photos, entry.sex) == ((InlinePhoto("photo 1", PIXELS),), "female")


@pytest.mark.parametrize("names", ["a.jpg, b.jpg", "a.jpg\nb.jpg"])
def test_names_of_photos_may_stand_with_commas_or_in_lines_where_all_are_there(folder: Path, names: str) -> None:
    (folder / "b.jpg").write_bytes(b"x")

    assert [each.name for each in whole(write(folder, f'number,photos\n1,"{names}"\n'))[0].photos] == ["a.jpg", "b.jpg"]
    assert "is not there" in faults(write(folder, f'number,photos\n1,"{names},nowhere.jpg"\n'))[0]


def test_a_notice_holds_its_portrait_and_any_value_of_its_template(folder: Path) -> None:
    found = notice(sex="Prefer not to say", Forename="Given")
    found["Attribute"] += [{"object_relation": "portrait", "value": "p.jpg", "data": BASE64}]
    broken = notice(sex="Male") | {"uuid": "two", "Attribute": [{"object_relation": "portrait", "data": BASE64 + "é"}]}

    taken = read(write(folder, json.dumps([found, broken]), "notice.json"))

    assert [(entry.sex, entry.label, entry.photos) for entry in taken.entries] == [
        ("unknown", "Given", (InlinePhoto("photo 1", PIXELS),)),
        ("unknown", "", ()),
    ]
    assert [fault.split(" (")[0] for fault in taken.faults] == ["entry 2: photos: photo 1 is not base64"]


def sent(names: list[str], *photos: tuple[str, bytes]) -> tuple[list[str], list[str]]:
    """What a register that names these photos takes of those that were sent with it: their paths, and the faults."""
    rows = [{"number": str(n), "photos": [name]} for n, name in enumerate(names)]
    source = SentRegister(json.dumps(rows).encode(), SentPhotos((path, io.BytesIO(of)) for path, of in photos))
    taken = read_register(source, today=TODAY)
    found = [photo.name for entry in taken.entries for photo in entry.photos if isinstance(photo, SentPhoto)]
    return found, [str(fault) for fault in taken.faults]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("n1.jpg", "folder/photos/n1.jpg"), ("photos/n1.jpg", "folder/photos/n1.jpg"),
        ("photos\\n1.jpg", "folder/photos/n1.jpg"),
        ("./N1.JPG", "folder/photos/n1.jpg"), ("e\u0301.jpg", "x/\u00e9.jpg"), ("a", "a/b"), ("x" * 300 + ".jpg",) * 2,
        ("a\0b.jpg",) * 2,
    ],
)  # fmt: skip
def test_a_photo_that_was_sent_is_found_by_the_end_of_its_path_whatever_its_name(name: str, path: str) -> None:
    expected = ([path], []) if path.split("/")[-1] != "b" else ([], ["entry 1: photos 'a' is not there"])
    assert sent([name], (path, b"1"), ("other/z.jpg", b"2")) == expected


def test_a_file_and_a_folder_of_one_name_can_both_be_sent() -> None:
    assert sent(["a", "a/b", "b"], ("a", b"1"), ("a/b", b"2")) == (["a", "a/b", "a/b"], [])


def test_a_name_that_two_sent_photos_end_with_is_not_guessed() -> None:
    found, told = sent(["p.jpg", "one/p.jpg"], ("one/p.jpg", b"1"), ("two/p.jpg", b"2"))

    assert found == ["one/p.jpg"]
    assert told == ["entry 1: photos 'p.jpg' could be one/p.jpg, two/p.jpg"]


def test_an_empty_photo_and_one_that_was_not_sent_are_named() -> None:
    found, told = sent(["empty.jpg", "../../etc/passwd", ""], ("empty.jpg", b""))

    assert found == []
    assert [fault.split(":")[0] for fault in told] == ["entry 1", "entry 2"]
    assert "1 to" in told[0]
    assert "not there" in told[1]
