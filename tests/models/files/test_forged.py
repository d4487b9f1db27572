"""Files that are made to do harm: each is refused, or kept as nothing but what can be seen of it."""

from __future__ import annotations

import io
import time
import zlib

import pypdfium2
import pytest
from PIL import Image, PngImagePlugin
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen import canvas

from models.base.errors import SaobanError
from models.files.file import rework
from models.files.refused import NotWhatItSays
from tests.models.files.test_files import pdf, picture

HTML = b"<html><body><script>alert(document.cookie)</script></body></html>"
ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + b"x" * 30
ACTING = (
    b"/JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Launch", b"/EmbeddedFile", b"/Annot", b"/URI", b"/AcroForm",
    b"/RichMedia", b"/SubmitForm",
)  # fmt: skip


def lively_pdf() -> bytes:
    """A form, filled in, whose every part runs something: the document, its page, a link, a file inside."""
    out = io.BytesIO()
    drawn = canvas.Canvas(out)
    drawn.setAuthor("somebody's name")
    drawn.drawString(100, 700, "Certificate of residence")
    drawn.linkURL("javascript:alert(1)", (0, 0, 100, 100))
    drawn.acroForm.textfield(name="name", value="Chen Guilan", x=100, y=600, width=200, height=30)
    drawn.showPage()
    launch = pdfdoc.PDFDictionary({"S": "/JavaScript", "JS": "(app.launchURL\\('//evil.example'\\))"})
    drawn._doc.Catalog.OpenAction = launch
    drawn.save()
    on_page = b"/Type /Page /AA << /O << /S /Launch /F (cmd.exe) >> >>\n"
    return out.getvalue().replace(b"/Type /Page\n", on_page)


def raw_pdf(stream: bytes, filters: bytes) -> bytes:
    """One page with ``stream`` as its content, encoded as ``filters`` say."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    out, at = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in at)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def test_a_pdf_keeps_what_can_be_seen_and_loses_what_could_act():
    data = lively_pdf()
    assert [each for each in ACTING if each in data] != []
    kept, _, media_type = rework(data, "证明.pdf")
    assert media_type == "application/pdf"
    assert [each for each in (*ACTING, b"somebody") if each in kept] == []
    text = pypdfium2.PdfDocument(kept)[0].get_textpage().get_text_range()
    assert ("Certificate of residence" in text, "Chen Guilan" in text) == (True, True)


def test_a_turned_page_of_another_size_stays_as_it_was():
    out = io.BytesIO()
    drawn = canvas.Canvas(out, pagesize=(300, 500))
    for turn in (0, 90, 180):
        drawn.setPageRotation(turn)
        drawn.drawString(20, 20, f"turned by {turn}")
        drawn.showPage()
    drawn.save()
    old, new = (
        pypdfium2.PdfDocument(out.getvalue()),
        pypdfium2.PdfDocument(rework(out.getvalue(), "a.pdf")[0]),
    )
    assert [(page.get_size(), page.get_rotation()) for page in new] == [
        (page.get_size(), page.get_rotation()) for page in old
    ]
    for before, after in zip(old, new, strict=True):
        assert before.render().to_numpy().tolist() == after.render().to_numpy().tolist()


@pytest.mark.parametrize("tail", [HTML, ZIP, b"MZ\x90\x00" * 200], ids=["html", "zip", "exe"])
@pytest.mark.parametrize("make", [lambda: picture(), lambda: picture("PNG"), lambda: picture("GIF"), lambda: pdf(1)],
                         ids=["jpeg", "png", "gif", "pdf"])  # fmt: skip
def test_of_a_polyglot_only_the_picture_is_kept(make, tail):
    kept, _, _ = rework(make() + tail, "照片.jpg")
    assert tail[:20] not in kept
    assert b"<script" not in kept


def test_what_hides_in_the_comments_of_a_picture_is_not_kept():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", HTML.decode())
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>29.1,103.2</x:xmpmeta>")
    for data in (picture("PNG", pnginfo=told), picture(comment=HTML), picture("WEBP", xmp=HTML)):
        kept = rework(data, "照片.png")[0]
        assert (HTML in kept, b"xmpmeta" in kept) == (False, False)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_picture_that_was_cut_off_on_the_way_is_refused(kind, part):
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    out = io.BytesIO()
    noise.save(out, kind)
    with pytest.raises(NotWhatItSays):
        rework(out.getvalue()[: int(len(out.getvalue()) * part)], "照片.jpg")


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<?xml version='1.0'?><svg/>", HTML, ZIP,
        b"\xef\xbb\xbf" + HTML, b"GIF89a" + HTML, b"\xff\xd8\xff" + HTML, b"BM" + HTML, b"RIFF\x10\x00\x00\x00WEBP" + HTML,
        b"%!PS-Adobe-3.0\n(/etc/passwd) run", b"II*\x00" + b"\0" * 60, b"\0\0\1\0\1\0" + b"\0" * 60, b"%PDF-" + HTML,
        b"\x89PNG\r\n\x1a\n" + HTML, b"Rar!\x1a\x07\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08" + b"\0" * 40,
    ],
    ids=lambda data: repr(data[:14]),
)  # fmt: skip
def test_nothing_but_photos_and_pdfs_is_taken_whatever_it_calls_itself(data):
    for name in ("照片.jpg", "证明.pdf", "a.html", "a.jpg.svg"):
        with pytest.raises(NotWhatItSays):
            rework(data, name)


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + checksum


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_bomb_in_the_notes_of_a_picture_does_not_go_off(kind):
    whole = picture("PNG")
    bomb = chunk(kind, b"x\0\0" + zlib.compress(b"\0" * (300 << 20), 9))
    began = time.monotonic()
    with pytest.raises(NotWhatItSays):
        rework(whole[:33] + bomb + whole[33:], "照片.png")
    assert time.monotonic() - began < 3


def test_of_a_picture_with_a_thousand_frames_only_the_first_is_drawn():
    frames = [Image.new("RGB", (800, 800), (n % 256, 0, 0)) for n in range(200)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    began = time.monotonic()
    rework(out.getvalue(), "动.gif")
    assert time.monotonic() - began < 1


def test_pages_nested_in_themselves_end():
    loop = raw_pdf(b"q", b"[]").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[2 0 R]/Count 9")
    with pytest.raises(SaobanError):
        rework(loop, "圈.pdf")


def test_a_pdf_with_a_password_is_refused_with_what_to_do():
    from_paper = canvas.Canvas(out := io.BytesIO(), encrypt="secret")
    from_paper.drawString(10, 10, "x")
    from_paper.save()
    with pytest.raises(NotWhatItSays) as told:
        rework(out.getvalue(), "密.pdf")
    assert "密码" in told.value.message
