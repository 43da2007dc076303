"""RE2's own verdicts: a line of JSON in, a line of JSON out.

In:  {"names": [...], "patterns": [...]}
Out: a list with one text a pattern: "!" and RE2's message, or in hex which names match (bit i: name i).
The first line out says who answers.
"""

import importlib.metadata
import json
import sys

import re2

OPTIONS = re2.Options()
OPTIONS.log_errors = False


def verdict(pattern, names):
    try:
        compiled = re2.compile(pattern.encode(), OPTIONS)
    except re2.error as error:
        words = error.args[0]
        return "!" + (words.decode(errors="replace") if isinstance(words, bytes) else words)
    mask = 0
    for place, name in enumerate(names):
        if compiled.search(name) is not None:
            mask |= 1 << place
    return f"{mask:x}"


def main():
    print(json.dumps("google-re2 " + importlib.metadata.version("google-re2")), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        names = [name.encode() for name in asked["names"]]
        print(json.dumps([verdict(pattern, names) for pattern in asked["patterns"]]), flush=True)


main()
