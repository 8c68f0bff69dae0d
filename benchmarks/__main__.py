"""``make bench``: measures and prints."""

from benchmarks.machine import this_machine


def main() -> None:
    """Say on what machine this runs."""
    print(*this_machine().lines(), sep="\n")


if __name__ == "__main__":
    main()
