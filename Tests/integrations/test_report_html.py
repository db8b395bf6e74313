"""octolog report --html in a real browser: what is seen at once, what a hostile log can do, two thousand containers."""

from __future__ import annotations

import os
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from harness import OCTOLOG, ROOT, all_cases, octolog, program

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not in .venv: make test installs it")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not in .venv: make test installs it")

SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 400, "height": 800}}
# What a page may consist of: everything else came from a log.
ELEMENTS = set(
    "html head meta title style body main header section h1 h2 h3 p a b code ol ul li dl dt dd details summary "
    "article div span figure figcaption table thead tbody tr th td svg rect line text".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href open scope role aria-label aria-hidden width height "
    "x y x1 x2 y1 y2 text-anchor".split()
)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    chromium = program("chromium", "chromium")
    if chromium.root != Path("/"):
        # Beside it, for the script that starts it would look for its own below /usr.
        chromium = type(chromium)(chromium.root / "usr/lib/chromium/chromium", chromium.root)
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=chromium.path, args=["--no-sandbox"], env=chromium.environment
        )
        yield browser
        browser.close()


class Tab:
    """A browser's tab, and what the page in it said and asked for."""

    def __init__(self, browser: object, size: str, **options: object) -> None:
        self.page = browser.new_page(viewport=SIZES[size], **options)
        self.said: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))


class Page:
    """A page that is opened from a file; a tab is used again for the next one."""

    tabs: dict[tuple, Tab] = {}

    def __init__(self, browser: object, path: Path, size: str = "desk", **options: object) -> None:
        key = (size, *options.items())
        if key not in self.tabs:
            self.tabs[key] = Tab(browser, size, **options)
        tab = self.tabs[key]
        self.page, self.said, self.requests = tab.page, tab.said, tab.requests
        self.said.clear()
        self.requests.clear()
        self.page.goto(f"file://{quote(str(path))}")

    def check_is_quiet(self) -> None:
        assert self.said == []
        assert len(self.requests) == 1 and self.requests[0].startswith("file://")

    def check_is_ours(self) -> None:
        """No element, attribute or address is there that octolog does not write."""
        found = self.page.evaluate(
            """() => [...document.querySelectorAll('*')].map(e =>
                 [e.localName, [...e.attributes].map(a => [a.name, a.value]), e.innerHTML.length])"""
        )
        for name, attributes, _ in found:
            # A tooltip's element has the name of the document's.
            assert name in ELEMENTS, name
            for attribute, value in attributes:
                assert attribute in ATTRIBUTES, (name, attribute, value)
                assert attribute != "href" or re.fullmatch(r"#[a-z]+(-\d+)*", value), value

    def text(self) -> str:
        return self.page.evaluate("document.documentElement.textContent")


def report(path: Path, *logs: object, **options: object) -> subprocess.CompletedProcess[str]:
    return octolog("report", "--html", path, *logs, **options)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """The page of each case, and its verdict as text."""
    folder = tmp_path_factory.mktemp("reports")
    pages = {}
    for case in all_cases():
        path = folder / f"{case.name}.html"
        report(path, *case.logs)
        pages[case.name] = (path, octolog("report", *case.logs).stdout)
    return pages


@pytest.mark.parametrize("size", SIZES)
def test_verdict_and_cause_are_seen_at_once(browser: object, reports: dict, size: str) -> None:
    """For every case: nothing is said on the console, nothing is asked for, and what failed is on the first screen."""
    failed = 0
    for name, (path, text) in reports.items():
        page = Page(browser, path, size)
        page.check_is_quiet()
        page.check_is_ours()
        box = page.page.locator("h1").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] < 800, name
        assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        verdicts = page.page.locator(".verdicts > .failed")
        if "FAILED" in text and verdicts.count():
            failed += 1
            first = verdicts.first
            code = re.search(r"More: octolog explain (\S+)", text)
            assert code and code.group(1) in first.inner_text(), name
            box = first.bounding_box()
            assert box["y"] + box["height"] <= 800, f"{name}: {box}"
    assert failed > 25


def test_no_serious_violation_of_accessibility(browser: object, reports: dict) -> None:
    names = [name for name in reports if name.startswith("story-")] + ["tentacle-3.22-two-containers-one-name"]
    for name in names:
        for scheme in ("light", "dark"):
            page = Page(browser, reports[name][0], color_scheme=scheme)
            found = axe.Axe().run(page.page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == [], name
    

def test_every_part_is_reached_with_the_keyboard(browser: object, reports: dict) -> None:
    page = Page(browser, reports["tentacle-3.22-two-containers-one-name"][0]).page
    seen = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("(document.activeElement.closest('a,summary') || document.body).localName"))
        if {"a", "summary"} <= seen:
            break
    assert {"a", "summary"} <= seen
    details = page.locator("details:not([open])").first
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelectorAll('details[open]').length") >= 1


# ---------------------------------------------------------------- hostile logs

PAYLOADS = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>", "' autofocus onfocus=alert(1) x='", "javascript:alert(1)", "<a href=javascript:alert(1)>x</a>",
    "</style><style>*{display:none}</style>", "<!--", "--><b>x", "]]><b>x</b>", "&lt;b&gt;", "&#60;script&#62;", "<iframe srcdoc='<script>1'>",
    "<base href=//x.invalid/>", "<meta http-equiv=refresh content=0;url=//x.invalid>", "<link rel=stylesheet href=//x.invalid/a.css>",
    "<form action=//x.invalid><input>", "</title><h1>x</h1>", "</td></tr></table><h1>x</h1>", "</code></td>", "{{7*7}}", "${alert(1)}",
    "\u202egnp.exe\u202c", "\u2066x\u2069", "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x00nul", "\u2028line", "<math><mtext></p>",
    "url(//x.invalid)", "style=position:fixed", "id=container-0", "`\u00b4\"'<>&", "%3Cscript%3E", "<\u200bscript>", "\ufeff<b>",
    "<details open ontoggle=alert(1)>", "<svg><animate onbegin=alert(1)>", "<x onclick=alert(1)>",
]  # fmt: skip
WRAPPERS = ["{}", "x{}y", "{0}{0}"]


def hostile_lines() -> list[str]:
    return [wrapper.format(payload) for wrapper in WRAPPERS for payload in PAYLOADS][:100]


def hostile_log(value: str) -> str:
    """A start that fails, with the value wherever a log has one."""
    quoted = value.replace("'", "").replace(";", "")
    stamp = "VERBOSE: [2018-07-04T16:03:55]"
    command = r"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"
    return "\n".join(
        [
            f"{stamp} ===============================================",
            f"{stamp} Configuring Octopus Deploy",
            f"{stamp}  - using database 'Server={quoted};Initial Catalog={quoted};User ID={quoted};password=#####'",
            f"{stamp}  - local admin user '{quoted}'",
            f"{stamp} ===============================================",
            f"{stamp} {value}",
            f"{stamp} Creating Octopus Deploy database ...",
            f"{stamp} Executing command '{command} database --instance {quoted} --{quoted}'",
            "===============================================",
            f"A network-related or instance-specific error occurred while establishing a connection to SQL Server. {value}",
            f"Login failed for user '{quoted}'.",
            value,
            "Terminating process with exit code 100",
            "Execute-Command : Command returned exit code 100. Aborting.",
            "",
        ]
    )


def shown(value: str) -> str:
    """As octolog shows text: what steers or only formats is spelt out, TABs but."""

    def spelt(character: str) -> str:
        is_hidden = character != "\t" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")
        return "\\u{" + format(ord(character), "x") + "}" if is_hidden else character

    return "".join(map(spelt, value))


def test_hostile_lines_stay_text(browser: object, scratch: Path) -> None:
    lines = hostile_lines()
    assert len(lines) == 100
    for number, value in enumerate(lines):
        # The name of a file, and of a Compose service, is a value too.
        name = re.sub(r"[/\x00]", "_", value)[:80]
        log = scratch / f"{number} {name}.log"
        log.write_text(hostile_log(value))
        path = scratch / f"{number}.html"
        result = report(path, log, f"--container={value.replace(chr(0), '') or 'x'}")
        assert result.returncode == 0, result.stderr
        page = Page(browser, path)
        page.check_is_quiet()
        page.check_is_ours()
        assert page.page.locator(".verdicts > .failed").count() == 1, value
        if not set(value) & set("\x00\u2028\ufeff\x1b\x07"):
            assert shown(value) in page.text(), value


def test_a_line_of_a_mebibyte_is_cut_where_it_is_shown(browser: object, scratch: Path) -> None:
    log = scratch / "long.log"
    log.write_text(hostile_log("<b>" * (1 << 18)))
    path = scratch / "long.html"
    assert report(path, log).returncode == 0
    assert path.stat().st_size < 200_000
    page = Page(browser, path)
    page.check_is_quiet()
    page.check_is_ours()
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# ---------------------------------------------------------------- what else a page holds


def test_it_says_what_it_was_made_from(browser: object, scratch: Path) -> None:
    log = "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log"
    path = scratch / "page.html"
    assert report(path, log).returncode == 0
    text = Page(browser, path).text()
    digest = subprocess.run(["sha256sum", ROOT / log], capture_output=True, text=True, check=True).stdout.split()[0]
    assert digest in text and f"{(ROOT / log).stat().st_size}" in text
    # The lines around the proof, masked, and the command that shows them.
    assert "at System.Data.SqlClient.SqlConnection.Open()" in text
    assert "Password=[password]" in text and "It's-N0t-Real" not in text
    command = re.search(r"octolog redact (\S+) \| sed -n '(\d+),(\d+)p'", text)
    printed = subprocess.run(
        ["bash", "-c", command.group().replace("octolog", str(OCTOLOG), 1)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert len(printed.splitlines()) == int(command.group(3)) - int(command.group(2)) + 1


def test_a_pipe_has_the_lines_around_too(browser: object, scratch: Path) -> None:
    log = (ROOT / "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log").read_bytes()
    path = scratch / "page.html"
    assert report(path, stdin=log).returncode == 0
    text = Page(browser, path).text()
    assert "at System.Data.SqlClient.SqlConnection.Open()" in text and "It's-N0t-Real" not in text


def test_a_good_start_stands_beside_a_bad_one(browser: object, scratch: Path) -> None:
    path = scratch / "page.html"
    good = "Fixtures/cases/server-2018.4.0-upgrade/input.log"
    assert report(path, "--compare", good, "Fixtures/cases/server-2018.4.0-wrong-key/input.log").returncode == 0
    page = Page(browser, path)
    assert "BAD goes through phase master-key; GOOD does not." in page.text()
    assert page.page.locator("th", has_text="good start").count() == 1
    row = page.page.locator("tr", has=page.page.locator("th", has_text="configure")).first.inner_text()
    assert re.search(r"configure\s.*5 s\s+5 s", row), row


def test_hundreds_of_containers_stay_usable(browser: object, scratch: Path) -> None:
    """bench/counts holds the time and the memory of two thousand; what is seen of them is the same with fewer."""
    good = (ROOT / "Fixtures/cases/tentacle-3.22-polling/input.log").read_text()
    bad = (ROOT / "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log").read_text()
    logs = scratch / "logs"
    logs.mkdir()
    for number in range(300):
        (logs / f"container-{number:04}.log").write_text(bad if number % 40 == 7 else good)
    for name in ("input.log", "second.log"):
        twin = (ROOT / "Fixtures/cases/tentacle-3.22-two-containers-one-name" / name).read_text()
        (logs / f"twin-{name}").write_text(twin)
    path = scratch / "fleet.html"
    assert report(path, logs).returncode == 0
    page = Page(browser, path)
    page.check_is_quiet()
    assert page.page.locator("details").count() == 302
    assert page.page.locator("details[open]").count() <= 5
    assert page.page.locator(".timeline .row").count() == 61
    # Those that failed come first, and what is found across containers before them all.
    summaries = page.page.locator("summary").all_inner_texts()
    assert all("1 failed" in summary for summary in summaries[:8]) and "1 succeeded" in summaries[8]
    headings = page.page.locator("h2").all_inner_texts()
    assert headings.index("Duplicate registrations") < headings.index("Containers")


# ---------------------------------------------------------------- what a page may not show, and where it has to stand

SECRET = "N0tARealPassw0rd4"
LOGIN_FAILED = ROOT / "Fixtures/cases/server-2018.3.13-sql-login-failed/input.log"


def page_of(path: Path, *logs: object, **options: object) -> str:
    result = report(path, *logs, **options)
    assert result.returncode == 0, (result.returncode, result.stderr)
    return path.read_text()


def test_a_secret_that_goes_on_in_the_next_file_is_not_shown(scratch: Path) -> None:
    text = LOGIN_FAILED.read_text()
    cut = text.index(SECRET) + 4
    (scratch / "a.log").write_text(text[:cut] + "\n")
    (scratch / "b.log").write_text(text[cut:])
    page = page_of(scratch / "p.html", "--container", "web", scratch / "a.log", scratch / "b.log")
    assert SECRET[4:] not in page and "Login failed" in page


def test_a_secret_that_is_told_elsewhere_is_not_shown(scratch: Path) -> None:
    lines = LOGIN_FAILED.read_text().splitlines(keepends=True)
    before = scratch / "before.log"
    before.write_text("".join([*lines[:8], f"debug {SECRET}!\n", *lines[8:]]))
    page = page_of(scratch / "p.html", before)
    assert SECRET not in page and "debug [password]" in page
    # In the log of another container, near what it is cited for.
    other = scratch / "other.log"
    bad = (ROOT / "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log").read_text()
    other.write_text(bad.replace("System.Data.SqlClient.SqlException", f"System.Data.SqlClient.SqlException {SECRET}!"))
    page = page_of(scratch / "q.html", LOGIN_FAILED, other)
    assert SECRET not in page and "SqlException [password]" in page


def test_lines_around_are_left_out_where_they_would_be_no_text(scratch: Path) -> None:
    wide = scratch / "wide.log"
    wide.write_bytes(LOGIN_FAILED.read_text().encode("utf-16"))
    page = page_of(scratch / "p.html", wide)
    assert "\\u{0}" not in page and "Login failed" in page


def test_every_proof_is_shown_where_they_share_a_line(scratch: Path) -> None:
    lone = scratch / "lone.log"
    lone.write_bytes(LOGIN_FAILED.read_bytes().replace(b"\n", b"\r"))
    page = page_of(scratch / "p.html", lone)
    assert "<code>Login failed for user" in page and "<code>Execute-Command" in page


def test_a_named_pipe_is_read_once(scratch: Path) -> None:
    pipe = scratch / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", LOGIN_FAILED, pipe]):
        assert "Login failed" in page_of(scratch / "p.html", pipe)


def test_times_at_the_ends_of_the_calendar_are_drawn(browser: object, scratch: Path) -> None:
    lines = LOGIN_FAILED.read_text().splitlines(keepends=True)
    log = scratch / "t.log"
    first = [line.replace("2018-07-04", "1971-07-04") for line in lines[:9]]
    log.write_text("".join([*first, "VERBOSE: [2261-12-31T23:00:00] done.\n", *lines[9:]]))
    path = scratch / "p.html"
    page_of(path, log)
    page = Page(browser, path)
    page.check_is_quiet()
    shares = page.page.evaluate("[...document.querySelectorAll('svg [x]')].map(e => parseFloat(e.getAttribute('x')))")
    assert shares and all(0 <= share <= 100 for share in shares)


def test_every_link_leads_somewhere(browser: object, scratch: Path) -> None:
    text = LOGIN_FAILED.read_text()
    log = scratch / "many.log"
    log.write_text("".join(text.replace("15:22:", f"15:{minute:02}:") for minute in range(60)))
    path = scratch / "p.html"
    page_of(path, log)
    page = Page(browser, path).page
    dead = page.evaluate("[...document.querySelectorAll('[href]')].filter(e => !document.querySelector(e.getAttribute('href'))).length")
    assert dead == 0 and page.evaluate("document.querySelectorAll('[href]').length") > 60


def test_what_is_asked_of_the_bad_log_is_not_asked_of_the_good_one(scratch: Path) -> None:
    good, bad = (f"Fixtures/cases/server-2018.4.0-{name}/input.log" for name in ("upgrade", "wrong-key"))
    page = page_of(scratch / "p.html", "--since", "2018-07-10", "--compare", good, bad)
    assert "Against a good start" in page
    result = report(scratch / "q.html", "--compare", "missing.log", bad)
    assert result.returncode == 66 and "no such file: missing.log" in result.stderr
    # One that is no good start is said to be none; the page is there.
    result = report(scratch / "r.html", "--compare", bad, bad)
    assert result.returncode == 0 and "nothing to compare" in result.stderr
    assert "Root cause" in (scratch / "r.html").read_text()
