"""A PDF drawn anew, page by page: what can be seen stays, what could act does not.

A PDF may carry scripts, actions that run when it is opened, other files, and after its end whatever a polyglot needs;
clerks open it with the reader of their desk. Only the content of its pages is taken into a new document, with the
appearance of filled-in fields and stamps drawn in. A digital signature inside is lost with that; its stamp is not.
"""

from __future__ import annotations

import io

import pypdfium2
import pypdfium2.raw as pdfium

from models.files.refused import NotWhatItSays

MOST_PAGES = 60
LARGEST = 40 * 1024 * 1024
"""Bytes of the new document; the old one has 30 MB at most."""


def redrawn(data: bytes) -> bytes:
    """The new document. Raises NotWhatItSays where it cannot be opened, or has too many pages."""
    try:
        old = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise NotWhatItSays("这个 PDF 打不开，可能有密码或已损坏，请换一个文件或拍照上传。") from None
    try:
        pages = len(old)
        if not 1 <= pages <= MOST_PAGES:
            raise NotWhatItSays(f"PDF 应有1至{MOST_PAGES}页，请拆分后再传。")
        kept = _copied(old, pages)
    except (pypdfium2.PdfiumError, MemoryError):
        raise NotWhatItSays("这个 PDF 里有打不开的页，请换一个文件或拍照上传。") from None
    finally:
        old.close()
    if len(kept) > LARGEST:
        raise NotWhatItSays("这个 PDF 太大，请拆分后再传，或拍照上传。")
    return kept


def _copied(old: pypdfium2.PdfDocument, pages: int) -> bytes:
    new = pypdfium2.PdfDocument.new()
    try:
        for at in range(pages):
            _copy(old, at, new)
        out = io.BytesIO()
        new.save(out)
        return out.getvalue()
    finally:
        new.close()


def _copy(old: pypdfium2.PdfDocument, at: int, new: pypdfium2.PdfDocument) -> None:
    """One page: what stands on it, with annotations drawn in, as one object on a new page of its size."""
    page = old[at]
    box, turned = page.get_mediabox(), page.get_rotation()
    seen = page.get_cropbox()
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_FAIL:
        raise pypdfium2.PdfiumError("flatten")
    page.set_rotation(0)  # the object would be turned, and the new page once more
    page.close()  # opened anew below, as it is now
    left, bottom, right, top = box
    fresh = new.new_page(right - left, top - bottom)
    fresh.set_mediabox(*box)
    fresh.set_cropbox(*seen)
    fresh.set_rotation(turned)
    fresh.insert_obj(old.page_as_xobject(at, new).as_pageobject())
    fresh.gen_content()
    fresh.close()
