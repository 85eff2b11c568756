"""Links and paths in README.md and docs/ lead somewhere."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs").glob("*.md"))
GALLERY = ROOT / "docs/experiments/README.md"
PAGES = [ROOT / "README.md", *GUIDES, *sorted(GALLERY.parent.glob("*.md"))]


def anchors(page):
    """GitHub's anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class Docs(unittest.TestCase):
    def test_every_link_within_the_repository_leads_to_a_file_and_heading(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
                if "://" in target:
                    continue
                path, _, anchor = target.partition("#")
                file = (page.parent / path).resolve() if path else page
                self.assertTrue(file.exists(), f"{page.name}: {target}")
                if anchor:
                    self.assertIn(anchor, anchors(file), f"{page.name}: {target}")

    def test_every_folder_of_the_readme_s_map_exists(self):
        paths = re.findall(r"^\| `([^`]+)` \|", PAGES[0].read_text(), re.MULTILINE)
        self.assertGreater(len(paths), 5)
        for path in paths:
            self.assertTrue((ROOT / path).exists(), path)

    def test_every_guide_is_named_in_the_readme(self):
        for page in GUIDES:
            self.assertIn(f"docs/{page.name}", PAGES[0].read_text())

    def test_every_experiment_has_a_page_that_shows_its_picture_and_the_gallery_shows_it(self):
        gallery = GALLERY.read_text()
        for file in (ROOT / "experiments").glob("*/experiment.json"):
            name = file.parent.name
            page = (GALLERY.parent / f"{name}.md").read_text()
            self.assertIn(f"spinlab experiment {name}", page)
            self.assertIn(f"](pictures/{name}.png)", page)
            self.assertIn(f"]({name}.md)", gallery)
            self.assertIn(f"](pictures/{name}.png)", gallery)
            self.assertLess((GALLERY.parent / f"pictures/{name}.png").stat().st_size, 150_000, name)


if __name__ == "__main__":
    unittest.main()
