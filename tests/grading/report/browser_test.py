"""The HTML report in a real browser: browser_test.py SAMPLE_REPORT. Skipped (exit code 77) where there is no Chromium."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from browser import Browser, find_browser


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="spinlab-report-")
        cls.addClassCleanup(folder.cleanup)
        subprocess.run([sample_report, folder.name], check=True)
        cls.folder = pathlib.Path(folder.name)
        cls.browser = Browser(find_browser())
        cls.addClassCleanup(cls.browser.close)
        cls.students = sorted((cls.folder / "students").glob("*.html"))

    def pages(self):
        return [self.folder / "index.html", *self.students]

    def open(self, page, **how):
        self.browser.open(page.as_uri(), **how)

    def text(self, selector):
        return self.browser.value(f"Array.from(document.querySelectorAll({selector!r}), e => e.innerText)")

    def test_the_class_and_its_students(self):
        self.open(self.folder / "index.html")
        self.assertEqual(self.text("h1"), ["00-sums: Sums & means"])
        self.assertEqual(len(self.text("table")), 2)
        self.assertIn("Mean.SecretlyNegative", self.text("tbody th")[0])
        self.assertEqual(self.browser.value("document.querySelectorAll('svg rect').length"), 2)

    def test_every_link_leads_to_a_page(self):
        for page in self.pages():
            self.open(page)
            for link in self.browser.value("Array.from(document.links, a => a.href)"):
                self.browser.open(link)
                self.assertEqual(len(self.text("h1")), 1, link)

    def test_no_page_is_wider_than_a_narrow_screen(self):
        for page in self.pages():
            self.open(page, width=360)
            self.assertEqual(self.browser.value("innerWidth"), 360)
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            self.assertEqual(self.browser.value(overflow), 0, page.name)

    def test_dark_and_light_by_the_reader_s_setting(self):
        for page in self.pages():
            for dark in True, False:
                self.open(page, dark=dark)
                for element in "body", ".scroll":
                    background = self.browser.value(f"getComputedStyle(document.querySelector('{element}')).backgroundColor")
                    brightness = sum(map(int, background[4:-1].split(","))) / 3
                    self.assertEqual(brightness < 128, dark, f"{page.name} {element} {background}")

    def test_what_students_wrote_is_text(self):
        for page in self.pages():
            self.open(page)
            for foreign in "script", "img", "iframe", "base", "form", "[onload]", "[onerror]", "a[href^=javascript]":
                self.assertEqual(self.text(foreign), [], f"{page.name}: {foreign}")
            self.assertEqual(self.browser.seen("Page.javascriptDialogOpening"), [])
            self.assertNotEqual(self.browser.value("document.title"), "owned")
        hostile = next(page for page in self.students if "script" in page.name)
        self.open(hostile)
        self.assertIn("<script>alert(2)</script>", self.text("pre")[0])

    def test_nothing_but_the_page_is_asked_for(self):
        for page in self.pages():
            self.open(page)
            asked = {event["request"]["url"] for event in self.browser.seen("Network.requestWillBeSent")}
            self.assertEqual(asked, {page.as_uri()})

    def test_the_policy_stops_a_script_that_gets_in(self):
        page = self.folder / "students" / "injected.html"
        page.write_text(self.students[0].read_text().replace("<main>", "<main><script>document.title='owned'</script>"))
        self.addCleanup(page.unlink)
        self.open(page)
        self.assertEqual(len(self.text("script")), 1)
        self.assertNotEqual(self.browser.value("document.title"), "owned")

    def test_readers_of_the_screen_find_their_way(self):
        for page in self.pages():
            self.open(page)
            self.assertEqual(self.browser.value("document.documentElement.lang"), "en")
            self.assertEqual(len(self.text("h1")), 1)
            self.assertEqual(len(self.text("main")), 1)
            self.assertEqual(self.text("th:not([scope])"), [])
            self.assertEqual(self.text("[role=region]:not([aria-label])"), [])


if __name__ == "__main__":
    if find_browser() is None:
        print("skipped: no Chromium on this machine (Debian: apt-get install chromium)")
        sys.exit(77)
    sample_report = sys.argv.pop(1)
    unittest.main()
