"""The OpenAPI document: what comes in as the library describes it, what goes out from the return types of the
routes."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_openapi3 import OpenAPI
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from workspace.web.answers import Answer, Bare, File, adapter, answer_of

REFUSAL = {
    "description": "The request cannot be understood; every fault is named.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
}
"""The library says that it is a list."""
SUCCESS = {200: "Done.", 201: "Made.", 202: "Asked for; a worker does it."}
BARE = "Done; the headers say it, there is no body."
HEADER = {"schema": {"type": "string"}}


class _AnswerSchema(GenerateJsonSchema):
    """Schemas of answers: every field is always sent, and a field's name needs no title."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])


def document(app: OpenAPI) -> dict[str, Any]:
    """The document of all operations of the API."""
    made: dict[str, Any] = copy.deepcopy(app.api_doc)
    answers = dict(_answers(app, made))
    schemas, parts = schemas_of(
        {answer.content for answer in answers.values() if not isinstance(answer.content, File | Bare)}
    )
    made["components"]["schemas"] |= parts
    for (path, method), answer in answers.items():
        for status in answer.statuses:
            content = _content(answer.content, schemas, SUCCESS.get(status, BARE))
            made["paths"][path][method]["responses"][str(status)] = content
    for item in made["paths"].values():
        for operation in item.values():
            operation["responses"]["422"] = REFUSAL
    return made


def schemas_of(kinds: Iterable[Any]) -> tuple[dict[Any, dict[str, Any]], dict[str, dict[str, Any]]]:
    """The JSON schema of each type, and by their names the schemas of the dataclasses in them."""
    schemas, parts = adapter(None).json_schemas(
        [(kind, "serialization", adapter(kind)) for kind in kinds],
        ref_template="#/components/schemas/{model}",
        schema_generator=_AnswerSchema,
    )
    return {kind: schema for (kind, _mode), schema in schemas.items()}, parts.get("$defs", {})


def _answers(app: OpenAPI, made: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Answer]]:
    """What each operation of the document answers, by path and method."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in made["paths"].get(path, {}):
            if (
                method.upper() in (rule.methods or ())
                and (answer := answer_of(app.view_functions[rule.endpoint])) is not None
            ):
                yield (path, method), answer


def _content(kind: Any, schemas: dict[Any, dict[str, Any]], success: str) -> dict[str, Any]:
    if isinstance(kind, Bare):
        return {"description": BARE} | ({"headers": dict.fromkeys(kind.headers, HEADER)} if kind.headers else {})
    if isinstance(kind, File):
        content = {kind.media_type: {"schema": {"type": "string", "format": "binary"}}}
    else:
        content = {"application/json": {"schema": schemas[kind]}}
    return {"description": success, "content": content}
