"""Small changes of the reference service's own code, made by rule: defects that nobody thought of.

A planted defect is one that its author could imagine. These are not chosen by anybody: a comparison that is
turned round, a statement that is missing, a check that is always true. Code about planted defects and odd
manners is left as it is.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING

from support.target.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

PACKAGE = "support.reference"
# What a service answers; not its faults, its process, and what is written about it.
ROOMS = ("http", "routes", "store", "users")
SWITCHES = {"switches", "_switches"}
SWITCH = re.compile(r"[BMN]\d{2,3}")
# Standbys are asked only where PostgreSQL is.
LEFT_OUT = {"odd_formats", "other_traffic", "residents", "sizes", "standbys"}
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
CHANGING_METHODS = {"strip", "lower", "casefold", "upper", "encode", "union", "rstrip", "lstrip"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the module's name, the number of the change in it, its line, and what it is."""

    module: str
    number: int
    line: int
    what: str

    def __str__(self) -> str:
        """Say where it is and what it is."""
        return f"{self.module.removeprefix(PACKAGE + '.')}:{self.line} {self.what}"


def list_mutants() -> list[Mutant]:
    """Return every change that can be made, by module and line."""
    found = []
    for room in ROOMS:
        for file in sorted((ROOT / PACKAGE.replace(".", "/") / room).glob("[a-z]*.py")):
            if file.stem in LEFT_OUT:
                continue
            changer = _Changer(None)
            changer.visit(ast.parse(file.read_text(encoding="utf-8")))
            module = f"{PACKAGE}.{room}.{file.stem}"
            found += [Mutant(module, number, *site) for number, site in enumerate(changer.sites)]
    return found


def import_mutated(module: str, number: int) -> None:
    """Have the service imported anew, with one change in one module."""
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(PACKAGE + ".")]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder(module, number))


class _Finder(MetaPathFinder):
    def __init__(self, module: str, number: int) -> None:
        self._module = module
        self._number = number

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        file = ROOT / (fullname.replace(".", "/") + ".py")
        return spec_from_file_location(fullname, file, loader=_Loader(fullname, str(file), self._number))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, number: int) -> None:
        super().__init__(name, path)
        self._number = number

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source with its change; no bytecode is kept."""
        file = self.get_filename(fullname)
        tree = ast.parse(self.get_data(file), file)
        _Changer(self._number).visit(tree)
        return compile(ast.fix_missing_locations(tree), file, "exec")


class _Changer(ast.NodeTransformer):
    """Notes each place where a change can be made, and makes the one with the given number."""

    def __init__(self, number: int | None) -> None:
        self.sites: list[tuple[int, str]] = []
        self._number = number

    def visit(self, node: ast.AST) -> ast.AST:
        """Leave alone what is about planted defects, annotations and words for people."""
        if isinstance(node, ast.If) and _is_about_switches(node.test):
            self._visit_each(node.orelse)
            return node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return node
        if isinstance(node, ast.expr | ast.Raise | ast.Expr) and _is_about_switches(node):
            return node
        changed: ast.AST = super().visit(node)
        return changed

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Change what a class does, not how it is declared."""
        self._visit_each(node.body)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Change what a function does, not how it is declared."""
        return self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Do the same for one that waits."""
        return self._visit_function(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Leave annotations as they are."""
        if node.value is not None:
            value = self.visit(node.value)
            assert isinstance(value, ast.expr)
            node.value = value
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Turn one comparison round, or move its edge."""
        self.generic_visit(node)
        for place, operator in enumerate(node.ops):
            other = COMPARISONS[type(operator)]
            if self._is_chosen(node, f"{type(operator).__name__} became {other.__name__}"):
                node.ops[place] = other()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Make `and` of `or`, and leave one condition out."""
        self.generic_visit(node)
        if self._is_chosen(node, "and became or" if isinstance(node.op, ast.And) else "or became and"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        if self._is_chosen(node, f"without {ast.unparse(node.values[-1])}"):
            return node.values[0] if len(node.values) == 2 else ast.BoolOp(node.op, node.values[:-1])
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave a `not` out."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._is_chosen(
            node, f"no not before {ast.unparse(node.operand)}"
        ):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Move a number by one, turn a truth value round."""
        if isinstance(node.value, bool):
            if self._is_chosen(node, f"{node.value} became {not node.value}"):
                return ast.Constant(not node.value)
        elif isinstance(node.value, int) and self._is_chosen(node, f"{node.value} became {node.value + 1}"):
            return ast.Constant(node.value + 1)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Leave an entry out."""
        self.generic_visit(node)
        for place, key in enumerate(node.keys):
            if key is not None and self._is_chosen(node, f"no entry {ast.unparse(key)}"):
                return ast.Dict(
                    node.keys[:place] + node.keys[place + 1 :], node.values[:place] + node.values[place + 1 :]
                )
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave a call of a method of texts out, or an argument that has a default."""
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in CHANGING_METHODS and not node.args:
            return function.value if self._is_chosen(node, f"no {function.attr}()") else node
        for place, keyword in enumerate(node.keywords):
            if keyword.arg and self._is_chosen(node, f"no argument {keyword.arg}"):
                node.keywords = node.keywords[:place] + node.keywords[place + 1 :]
                break
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        """Have a condition always or never hold."""
        self.generic_visit(node)
        for truth in (True, False):
            if self._is_chosen(node, f"if {ast.unparse(node.test)}: always {truth}"):
                node.test = ast.Constant(truth)
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Leave a refusal out."""
        self.generic_visit(node)
        return ast.Pass() if self._is_chosen(node, f"no {ast.unparse(node)}") else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Leave a call out that is made for its effect."""
        if isinstance(node.value, ast.Constant):
            return node
        self.generic_visit(node)
        return ast.Pass() if self._is_chosen(node, f"no {ast.unparse(node)}") else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Leave out what is kept in a member or under a name of a mapping."""
        self.generic_visit(node)
        kept = isinstance(node.targets[0], ast.Subscript)
        return ast.Pass() if kept and self._is_chosen(node, f"no {ast.unparse(node)}") else node

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if node.name != "__init__":
            self._visit_each(node.body)
        return node

    def _visit_each(self, statements: list[ast.stmt]) -> None:
        for place, statement in enumerate(statements):
            changed = self.visit(statement)
            assert isinstance(changed, ast.stmt)
            statements[place] = changed

    def _is_chosen(self, node: ast.AST, what: str) -> bool:
        self.sites.append((getattr(node, "lineno", 0), what[:100]))
        return self._number == len(self.sites) - 1


def _is_about_switches(node: ast.AST) -> bool:
    """Tell whether an expression asks for a planted defect or an odd manner."""
    for inner in ast.walk(node):
        name = inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")
        if name in SWITCHES or (isinstance(inner, ast.Constant) and _is_switch(inner.value)):
            return True
    return False


def _is_switch(value: object) -> bool:
    return isinstance(value, str) and SWITCH.fullmatch(value) is not None
