"""Sheets as files, CSV and XLSX: the same rows give the same bytes, and no cell is a formula.

The XLSX is written here and not by openpyxl: that stamps the time into what it writes, and
compresses a sheet in one piece, during which a process answers nobody.
"""

import csv
import io
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shared.web.http import Answer

ROWS_TOGETHER = 50
"""Rows written before other requests have their turn."""
CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = (CSV_TYPE, XLSX_TYPE)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What programs for sheets take for the beginning of a formula.

Source:
    OWASP, CSV Injection.
"""
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: XML 1.0, §2.2, Char."""
_ZIP_BEGAN = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OOXML = "http://schemas.openxmlformats.org"
_MAIN = f"{_OOXML}/spreadsheetml/2006/main"
_RELATIONS = f"{_OOXML}/officeDocument/2006/relationships"
_PACKAGE = f"{_OOXML}/package/2006"
_PART_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class SheetFormat(StrEnum):
    """Kinds of files."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table with a line of headings.

    Attributes:
        name: Of the file and of the sheet in it, ASCII.
        headings: In order.
        rows: As many cells each as there are headings.
    """

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Sequence[str]]


def file_of(sheet: Sheet, kind: SheetFormat) -> Answer:
    """Return a sheet as the answer of a door."""
    write, media_type = _WRITERS[kind]
    headers = {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{sheet.name}.{kind}"',
    }
    return Answer(200, write(sheet), headers)


def _csv(sheet: Sheet) -> bytes:
    """Write CSV by RFC 4180, with the mark by which Excel knows UTF-8.

    A cell that would be a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _taking_turns((sheet.headings,), sheet.rows):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(sheet: Sheet) -> bytes:
    """Write Office Open XML; every cell is typed as text, so that none is a formula.

    Source:
        ECMA-376, part 1, §12.3 and §18.
    """
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in _parts(sheet.name).items():
            archive.writestr(_entry(name), content)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as part:
            part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for row in _taking_turns((sheet.headings,), sheet.rows):
                part.write(_xml_of(row).encode())
            part.write(b"</sheetData></worksheet>")
    return file.getvalue()


_WRITERS = {
    SheetFormat.CSV: (_csv, f"{CSV_TYPE}; charset=utf-8"),
    SheetFormat.XLSX: (_xlsx, XLSX_TYPE),
}


def _taking_turns(*parts: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    number = 0
    for rows in parts:
        for row in rows:
            number += 1
            if number % ROWS_TOGETHER == 0:
                time.sleep(0)  # where other requests of the process are answered
            yield row


def _xml_of(row: Sequence[str]) -> str:
    cells = (escape(_NOT_IN_XML.sub("", cell)) for cell in row)
    typed = (f'<c t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>' for cell in cells)
    return f"<row>{''.join(typed)}</row>"


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _ZIP_BEGAN)
    entry.compress_type, entry.create_system = ZIP_DEFLATED, 3
    return entry


def _parts(name: str) -> dict[str, str]:
    """Return what is in the file beside the sheet, by path."""
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_PART_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PART_TYPE}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": _relation(f"{_RELATIONS}/officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation(f"{_RELATIONS}/worksheet", "worksheets/sheet1.xml"),
    }


def _relation(kind: str, target: str) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )
