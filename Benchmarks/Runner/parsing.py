"""What may stand behind an option: a few of the known names, a positive number."""

import argparse


def names(known):
    def parse(text):
        words = text.split(",")
        unknown = [word for word in words if word not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(known)}")
        return [word for word in known if word in words]

    return parse


def positive(text):
    if (number := int(text)) < 1:
        raise ValueError
    return number
