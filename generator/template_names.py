"""What a template names, checked without running it: variables, filters, macros, texts, other templates.

Rendering on samples only sees the branches the samples take; a misspelt field in the other one
would show on the day of the letter. Types come from the models themselves; where a type is not
known (a filter, a macro's argument), nothing is said.
"""

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from generator.errors import InvalidInput
from generator.law import Law
from generator.template_types import attributes, item_type, nearest, plain
from generator.templates import read_template

Roots = tuple[Path, ...]

# Names Jinja itself defines inside a macro, a loop or a block.
SPECIAL = {"loop", "varargs", "kwargs", "caller", "self", "super"}
# Filters that give back the items they were given, and those that give one of them.
SAME_ITEMS = {"selectattr", "rejectattr", "sort", "list", "unique", "reverse", "select", "reject"}
ONE_ITEM = {"first", "last", "min", "max"}
BY_ATTRIBUTE = {"map", "sum", "unique", "sort", "min", "max", "groupby"}
BY_FIRST_ARGUMENT = {"selectattr", "rejectattr", "groupby"}


@dataclass(frozen=True)
class Module:
    """An imported template: the macros and variables it defines."""

    path: Path
    names: dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A mistake of a template: its line, from 1, and a French sentence."""

    line: int
    sentence: str


@dataclass
class Template:
    """A parsed template and where it stands in the lookup order."""

    path: Path
    tree: nodes.Template
    below: Roots


def find_template(name: str, roots: Roots, below: Roots, environment: Environment) -> Template | None:
    """The template a name means, `origine/…` being looked for below; None when there is none."""
    searched = below if name.startswith("origine/") else roots
    for index, root in enumerate(searched):
        path = root / name.removeprefix("origine/")
        if path.is_file():
            tree = environment.parse(read_template(path), filename=str(path))
            return Template(path, tree, searched[index + 1 :])
    return None


@dataclass
class Walker:
    """Walk one template; `mistakes` collects what is wrong. `context` gives the type of each variable."""

    environment: Environment
    roots: Roots
    context: dict[str, Any]
    law: Law
    mistakes: list[Mistake] = field(default_factory=list)
    chain: tuple[Path, ...] = ()  # the templates that led here, so that a loop of them ends

    def template(self, template: Template) -> dict[str, Any]:
        """Walk a whole template, its parent first; returns the names it leaves to those that extend it."""
        scope: dict[str, Any] = {}
        extends = template.tree.find(nodes.Extends)
        if extends is not None and isinstance(extends.template, nodes.Const):
            scope = self._parent(template, extends)
        # A macro may call one defined below it: both exist by the time it runs.
        scope |= {macro.name: None for macro in template.tree.body if isinstance(macro, nodes.Macro)}
        self._body(template.tree.body, scope, template)
        return scope

    def _parent(self, template: Template, extends: nodes.Extends) -> dict[str, Any]:
        parent = self._find(extends.template, template, extends.lineno)
        if parent is None:
            return {}
        known = set(self._inherited_blocks(parent))
        for node in template.tree.body:
            if isinstance(node, nodes.Block) and node.name not in known:
                hint = nearest(node.name, known) or f" ; blocs : {', '.join(sorted(known))}"
                self._say(
                    node.lineno,
                    f"bloc « {node.name} » : l'original n'en a pas de ce nom, il ne s'imprimera jamais{hint}",
                )
            elif isinstance(node, nodes.Output) and (stray := _stray(node)):
                self._say(
                    stray, "texte hors d'un bloc : il ne s'imprimera jamais ; le mettre dans un bloc de l'original"
                )
        return self._exports(parent, template)

    def _inherited_blocks(self, template: Template, seen: tuple[Path, ...] = ()) -> Iterator[str]:
        yield from (block.name for block in template.tree.find_all(nodes.Block))
        extends = template.tree.find(nodes.Extends)
        if extends is not None and isinstance(extends.template, nodes.Const) and template.path not in seen:
            parent = find_template(extends.template.value, self.roots, template.below, self.environment)
            yield from self._inherited_blocks(parent, (*seen, template.path)) if parent else ()

    def text(self, text: str, line: int, champ: str | int) -> None:
        """Walk a Jinja text of `letter.yml`, the field `champ`."""
        try:
            tree = self.environment.parse(text)
        except TemplateSyntaxError:
            self._say(line, f"{champ} : écriture du modèle incorrecte")
            return
        inner = self._other()
        inner.template(Template(Path(), tree, ()))
        self.mistakes += [Mistake(line, f"{champ} : {mistake.sentence}") for mistake in inner.mistakes]

    def _say(self, line: int, sentence: str) -> None:
        self.mistakes.append(Mistake(line, sentence))

    def _find(self, name: nodes.Expr, template: Template, line: int) -> Template | None:
        if not isinstance(name, nodes.Const):
            return None
        try:
            found = find_template(str(name.value), self.roots, template.below, self.environment)
        except (TemplateSyntaxError, InvalidInput):
            return None  # said of that file itself
        if found is not None and found.path in (*self.chain, template.path):
            self._say(line, "le modèle s'inclut lui-même ; pour étendre l'original, écrire « origine/… »")
        elif found is None:
            self._say(line, f"modèle « {name.value} » introuvable")
        return found

    def _body(self, body: list[nodes.Node], scope: dict[str, Any], template: Template) -> None:
        for node in body:
            self._statement(node, scope, template)

    def _statement(self, node: nodes.Node, scope: dict[str, Any], template: Template) -> None:
        match node:
            case nodes.Output():
                for child in node.nodes:
                    self.type_of(child, scope)
            case nodes.Assign():
                self._assign(node.target, self.type_of(node.node, scope), scope)
            case nodes.AssignBlock():
                self._body(node.body, dict(scope), template)
                self._assign(node.target, None, scope)
            case nodes.If():
                self._if(node, scope, template)
            case nodes.For():
                inner = dict(scope)
                items = self.type_of(node.iter, scope)
                self._assign(node.target, item_type(items), inner)
                self._optional(node.test, inner)
                self._body(node.body, inner, template)
                self._body(node.else_, dict(scope), template)
            case nodes.Macro() | nodes.CallBlock():
                inner = {**scope, **{argument.name: None for argument in node.args}}
                for default in node.defaults:
                    self.type_of(default, scope)
                if isinstance(node, nodes.CallBlock):
                    self.type_of(node.call, scope)
                else:
                    scope[node.name] = inner[node.name] = None
                self._body(node.body, inner, template)
            case nodes.Import():
                found = self._find(node.template, template, node.lineno)
                scope[node.target] = Module(found.path, self._exports(found, template)) if found else None
            case nodes.FromImport():
                self._from_import(node, scope, template)
            case nodes.Include() | nodes.Extends():
                if isinstance(node, nodes.Include) and not node.ignore_missing:
                    self._find(node.template, template, node.lineno)
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    self._assign(target, self.type_of(value, scope), inner)
                self._body(node.body, inner, template)
            case nodes.FilterBlock():
                self.type_of(node.filter, scope)
                self._body(node.body, dict(scope), template)
            case nodes.Block() | nodes.Scope() | nodes.ScopedEvalContextModifier():
                self._body(node.body, dict(scope), template)
            case nodes.ExprStmt():
                self.type_of(node.node, scope)

    def _if(self, node: nodes.If, scope: dict[str, Any], template: Template) -> None:
        branches = []
        for part in (node, *node.elif_):
            self.type_of(part.test, scope)
            branches.append((part.body, dict(scope)))
        branches.append((node.else_, dict(scope)))
        for body, inner in branches:
            self._body(body, inner, template)
            for name, kind in inner.items():
                if name not in scope or scope[name] != kind:
                    scope[name] = None  # set in one branch: it exists, of a type nobody can tell

    def _assign(self, target: nodes.Node, kind: Any, scope: dict[str, Any]) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
        elif isinstance(target, nodes.Tuple):
            parts = typing.get_args(kind) if typing.get_origin(kind) is tuple else ()
            known = len(parts) == len(target.items) and Ellipsis not in parts
            for item, part in zip(target.items, parts if known else [None] * len(target.items), strict=True):
                self._assign(item, plain(part), scope)

    def _exports(self, template: Template, asking: Template) -> dict[str, Any]:
        """The names another template leaves; its mistakes are its own, said when it is verified."""
        chain = (*self.chain, asking.path)
        return {} if template.path in chain else self._other(chain).template(template)

    def _other(self, chain: tuple[Path, ...] = ()) -> "Walker":
        return Walker(self.environment, self.roots, self.context, self.law, chain=chain)

    def _from_import(self, node: nodes.FromImport, scope: dict[str, Any], template: Template) -> None:
        found = self._find(node.template, template, node.lineno)
        known = self._exports(found, template) if found else None
        for item in node.names:
            name, alias = item if isinstance(item, tuple) else (item, item)
            if known is not None and name not in known:
                self._say(node.lineno, f"macro inconnue « {name} »{nearest(name, known)}")
            scope[alias] = None

    def _optional(self, node: nodes.Node | None, scope: dict[str, Any]) -> None:
        if node is not None:
            self.type_of(node, scope)

    def type_of(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        """Walk an expression; its type, or None when it cannot be told."""
        match node:
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Getattr():
                return self._attribute(self.type_of(node.node, scope), node.attr, node.lineno)
            case nodes.Getitem():
                return self._item(node, scope)
            case nodes.Call():
                self._call(node, scope)
            case nodes.Filter():
                return self._filter(node, scope)
            case nodes.Test():
                self._test(node, scope)
            case nodes.CondExpr():
                self.type_of(node.test, scope)
                kinds = [self.type_of(part, scope) for part in (node.expr1, node.expr2) if part is not None]
                return kinds[0] if len(kinds) == 2 and kinds[0] == kinds[1] else None
            case _:
                for child in node.iter_child_nodes():
                    self.type_of(child, scope)
        return None

    def _name(self, node: nodes.Name, scope: dict[str, Any]) -> Any:
        for known in (scope, self.context):
            if node.name in known:
                return known[node.name]
        if node.name not in self.environment.globals and node.name not in SPECIAL:
            hint = nearest(node.name, [*scope, *self.context])
            self._say(node.lineno, f"variable inconnue « {node.name} »{hint}")
        return None

    def _attribute(self, kind: Any, name: str, line: int) -> Any:
        if isinstance(kind, Module):
            if name not in kind.names:
                self._say(line, f"macro inconnue « {name} » dans {kind.path.name}{nearest(name, kind.names)}")
            return None
        known = attributes(kind)
        if known is None:
            if kind is not None and not hasattr(typing.get_origin(kind) or kind, name):
                self._say(line, f"variable inconnue « {name} » : {_described(kind)} n'a pas de champ")
            return None
        if name not in known:
            hint = nearest(name, known) or f" (champs : {', '.join(sorted(known))})"
            self._say(line, f"variable inconnue « {name} »{hint}")
        return known.get(name)

    def _item(self, node: nodes.Getitem, scope: dict[str, Any]) -> Any:
        kind = self.type_of(node.node, scope)
        self.type_of(node.arg, scope)
        if isinstance(node.arg, nodes.Slice):
            return kind
        if attributes(kind) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._attribute(kind, node.arg.value, node.lineno)
        return item_type(kind)

    def _call(self, node: nodes.Call, scope: dict[str, Any]) -> None:
        for child in node.iter_child_nodes():
            self.type_of(child, scope)
        called = node.node
        name = called.attr if isinstance(called, nodes.Getattr) else getattr(called, "name", "")
        constants = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        try:
            if name in {"article", "textes"}:
                for constant in constants:
                    self.law.article(str(constant))
            elif name == "valeur" and constants:
                self.law.table(str(constants[0])).serie(*constants[1:])
        except InvalidInput as error:
            self._say(node.lineno, error.problems[0])

    def _filter(self, node: nodes.Filter, scope: dict[str, Any]) -> Any:
        kind = self.type_of(node.node, scope) if node.node is not None else None
        for child in (*node.args, *node.kwargs):
            self.type_of(child, scope)
        if node.name not in self.environment.filters:
            self._say(node.lineno, f"filtre inconnu « {node.name} »{nearest(node.name, self.environment.filters)}")
            return None
        item = item_type(kind)
        found = self._by_attribute(node, item)
        if node.name in SAME_ITEMS:
            return kind if item is not None else None
        if node.name in ONE_ITEM:
            return item
        return types.GenericAlias(list, (found,)) if node.name == "map" and found is not None else None

    def _by_attribute(self, node: nodes.Filter, item: Any) -> Any:
        """Check the field that `map(attribute="…")` and its like read; returns its type."""
        named = [pair.value for pair in node.kwargs if pair.key == "attribute" and node.name in BY_ATTRIBUTE]
        named += node.args[:1] if node.name in BY_FIRST_ARGUMENT else []
        for constant in named:
            if not isinstance(constant, nodes.Const) or not isinstance(constant.value, str):
                continue
            for part in constant.value.split("."):
                item = self._attribute(item, part, node.lineno)
            return item
        return None

    def _test(self, node: nodes.Test, scope: dict[str, Any]) -> None:
        if node.name not in self.environment.tests:
            self._say(node.lineno, f"test inconnu « {node.name} »{nearest(node.name, self.environment.tests)}")
        for child in (*node.args, *node.kwargs):
            self.type_of(child, scope)
        # « x is defined » asks whether x exists: it may well not.
        if node.name not in {"defined", "undefined"} or not isinstance(node.node, nodes.Name | nodes.Getattr):
            self.type_of(node.node, scope)


def _stray(node: nodes.Output) -> int | None:
    """The line of the first text or expression printed by this node, blanks left aside."""
    for child in node.nodes:
        if not isinstance(child, nodes.TemplateData):
            return int(child.lineno)
        if child.data.strip():
            blank = child.data[: len(child.data) - len(child.data.lstrip())]
            return int(child.lineno) + blank.count("\n")
    return None


def _described(kind: Any) -> str:
    return "une liste" if typing.get_origin(kind) in (tuple, list) else "cette valeur"
