"""Prints where scripts of PowerShell, given as files, have mistakes of syntax by tree-sitter's grammar."""

import sys

import tree_sitter
import tree_sitter_powershell

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))


def mistakes(node):
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        yield from mistakes(child)


for file in sys.argv[1:]:
    with open(file, "rb") as script:
        for node in mistakes(parser.parse(script.read()).root_node):
            line, column = node.start_point
            print(f"{file}:{line + 1}:{column + 1}: {node.text.decode()[:60]}")
