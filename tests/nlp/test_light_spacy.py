"""What is kept from spaCy while it is imported, and what it finds again afterwards."""

import subprocess
import sys

CODE = """
import sys
from nlp.light_spacy import import_spacy
import_spacy()
print(sorted({"torch", "spacy.cli", "weasel"} & sys.modules.keys()))
import spacy
print("spacy_version" in spacy.info(silent=True))
import spacy.cli
print(callable(spacy.cli.download))
"""


def test_spacy_is_imported_without_its_command_line_which_can_be_had_afterwards():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=100)
    assert done.stdout.splitlines() == ["[]", "True", "True"], done.stderr
