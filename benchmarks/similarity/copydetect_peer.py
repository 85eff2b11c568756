"""copydetect_peer.py SUBMISSIONS GIVEN REPORT: what copydetect's own command does, for `spinlab bench similarity`."""

import sys

from copydetect import CopyDetector


def main(submissions, given, report):
    detector = CopyDetector(test_dirs=[submissions], boilerplate_dirs=[given], extensions=["cpp"], noise_t=20,
                            guarantee_t=24, display_t=0.8, autoopen=False, silent=True, out_file=report)
    detector.run()
    detector.generate_html_report()


if __name__ == "__main__":
    main(*sys.argv[1:])
