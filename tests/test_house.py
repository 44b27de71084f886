"""The house stands: imports go down the floors of docs/architecture.md, and the few forbidden things stand nowhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = [
    {"cop.base"},
    {"cop.privacy"},
    {"cop.mail", "cop.markup"},
    {"members"},
    {"cop.notifications", "cop.guarding", "cop.files", "cop.search"},
    {"cop.moderation"},
    {"cop.agreements"},
    {"discussions", "cop.letters"},
    {"blogs", "events", "cop.knowledge"},
    {"cop.home", "cop.pulse"},
    {"cop.urls", "cop.celery", "cop.settings", "cop.wsgi", "cop"},
]
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# "notifications:manage" in Python or a template belongs to the room whose URLs have that namespace.
ROOM_OF_NAMESPACE = {room.rpartition(".")[2]: room for room in FLOOR_OF if room not in FLOORS[-1]}
# The look belongs to the roof: what is wired there may name every page.
ROOF_TEMPLATES = ("base.html", "layouts", "components", "allauth", "account", "send_again.html", "styleguide", "mail/_")


def room_of(module: str) -> str | None:
    """The room a dotted module stands in, or None for a library."""
    return next((room for room in sorted(FLOOR_OF, key=len, reverse=True) if f"{module}.".startswith(f"{room}.")), None)


def python_files() -> list[Path]:
    found = [
        path for top in ("cop", "members", "blogs", "discussions", "events") for path in (ROOT / top).rglob("*.py")
    ]
    return [path for path in found if "migrations" not in path.parts]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


class DropTypeChecking(ast.NodeTransformer):
    """Leaves out what only the type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else self.generic_visit(node)


def without_type_checking(tree: ast.Module) -> ast.Module:
    return DropTypeChecking().visit(tree)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, and every model or URL that one of its strings names."""
    for node in ast.walk(without_type_checking(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = re.fullmatch(r"([a-z]+):[a-z][a-z-]+", node.value)
            if named and named[1] in ROOM_OF_NAMESPACE:
                yield ROOM_OF_NAMESPACE[named[1]], node.lineno


def test_imports_go_down_the_floors():
    wrong = []
    for path in python_files():
        room = room_of(module_of(path))
        if room is None or FLOOR_OF[room] == len(FLOORS) - 1:
            continue
        for target, line in imports_of(path):
            other = room_of(target)
            if other and other != room and FLOOR_OF[other] >= FLOOR_OF[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} ({room}) names {target}")
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_in_a_circle():
    graph = {module_of(path): set() for path in python_files()}
    for path in python_files():
        for target, _line in imports_of(path):
            known = target if target in graph else target.rpartition(".")[0]
            if known in graph and known != module_of(path):
                graph[module_of(path)].add(known)
    assert not list(circles(graph))


def circles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    """Every circle that a walk along the imports meets."""
    done: set[str] = set()

    def walk(module: str, trail: list[str]) -> Iterator[list[str]]:
        if module in trail:
            yield trail[trail.index(module) :]
            return
        if module in done:
            return
        for target in sorted(graph[module]):
            yield from walk(target, [*trail, module])
        done.add(module)

    for module in graph:
        yield from walk(module, [])


def template_files() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))


def test_templates_name_only_pages_below_them():
    wrong = []
    for path in template_files():
        name = str(path.relative_to(ROOT / "templates"))
        room = next((room for room in FLOOR_OF if room.rpartition(".")[2] == name.split("/")[0]), None)
        if room is None or room in FLOORS[-1] or name.startswith(ROOF_TEMPLATES):
            continue
        for namespace in re.findall(r"{%\s*url\s+['\"]([a-z]+):", path.read_text()):
            other = ROOM_OF_NAMESPACE.get(namespace, room)
            if other != room and FLOOR_OF[other] >= FLOOR_OF[room]:
                wrong.append(f"{name} ({room}) names a URL of {other}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        (r"\|\s*safe\b", "|safe"),
        (r"autoescape off", "autoescape off"),
        (r"\sstyle=", "an inline style"),
        (r"\son[a-z]+=\"", "an inline handler"),
        (r"<script(?![^>]*(src=|ld\+json))[^>]*>", "an inline script"),
    ],
)
def test_no_page_template_holds(pattern, what):
    pages = [path for path in template_files() if path.suffix == ".html" and "mail" not in path.parts]
    found = [str(path.relative_to(ROOT)) for path in pages if re.search(pattern, path.read_text())]
    assert not found, f"{what} in {found}"


def test_safe_strings_are_made_in_one_place():
    used = [module_of(path) for path in python_files() if re.search(r"\b(mark_safe|SafeString)\(", path.read_text())]
    assert used in ([], ["cop.markup.fields"])


def test_only_the_mail_room_opens_smtp_connections():
    used = {room_of(module_of(path)) for path in python_files() if re.search(r"\bsmtplib\b", path.read_text())}
    assert used <= {"cop.mail"}


OPENS_CONNECTIONS = {"requests", "urllib3", "http", "httpx", "aiohttp", "urllib", "ftplib", "websocket", "pycurl"}
NO_CONNECTION = {"http.HTTPStatus", "urllib.parse"}


def test_one_module_fetches_from_other_sites():
    """It checks each address and each redirect (no neighbour of ours is read), the time and the size."""
    wrong = []
    for path in python_files():
        for target, line in imports_of(path):
            is_harmless = target.startswith(tuple(NO_CONNECTION))
            if target.split(".")[0] in OPENS_CONNECTIONS and not is_harmless:
                wrong.append(f"{module_of(path)}:{line}")
    assert {place.split(":")[0] for place in wrong} <= {"cop.base.fetching", "cop.base.connecting"}, wrong


def test_one_script_vouches_for_html():
    """Trusted Types: what becomes HTML or a script goes through static/js/trusted.js, and nothing runs text."""
    wrong = []
    for path in sorted((ROOT / "static" / "js").glob("*.js")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            is_sink = re.search(r"innerHTML|outerHTML|parseFromString|insertAdjacentHTML|srcdoc|\.register\(", line)
            runs_text = re.search(r"\beval\(|new Function|document\.write|set(Timeout|Interval)\([\"'`]", line)
            if runs_text or (is_sink and not re.search(r"\b(html|script)\(", line)):
                wrong.append(f"{path.name}:{number}: {line.strip()}")
    assert not wrong, "\n".join(wrong)


def test_no_import_hides_in_a_function():
    hidden = []
    for path in python_files():
        for outer in ast.walk(ast.parse(path.read_text())):
            if isinstance(outer, ast.FunctionDef) and outer.name != "ready":
                inner = [node for node in ast.walk(outer) if isinstance(node, ast.Import | ast.ImportFrom)]
                hidden += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in inner]
    assert not hidden
