"""Bodies of events to and from the fields of a history line."""

from __future__ import annotations

from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from srs.model import (
    Answer,
    Apart,
    Bury,
    CardId,
    EventId,
    Exported,
    ExportedItem,
    ExportedType,
    FixedCard,
    Gone,
    Grade,
    Imported,
    ItemFixed,
    ItemId,
    Mark,
    Question,
    Quiz,
    Reset,
    Resume,
    Review,
    Same,
    Soon,
    Suspend,
    Undo,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from srs.model import Body

Fields = dict[str, Any]


def encode(body: Body) -> Fields:  # noqa: PLR0911 - one for each event
    """The fields of a line, `event` first. Values that say nothing are left out."""
    match body:
        case Review():
            fields = {"card": body.card, "grade": int(body.grade), "ms": body.ms, "ask": body.ask}
            practice = {"practice": True, "cause": body.cause} if body.practice else {}
            sure = {"sure": True} if body.sure else {}
            quiz = {"quiz": body.quiz} if body.quiz else {}
            sm2 = {"sm2": list(body.sm2)} if body.sm2 else {}
            return {"event": "review", **fields, **practice, **sure, **quiz, **sm2}
        case Quiz():
            return {"event": "quiz", **_quiz_fields(body)}
        case Answer(card, quiz_, given, ms, sure_):
            fields = {"card": card, "quiz": quiz_, "given": list(given), "ms": ms}
            return {"event": "answer", **fields, **({"sure": True} if sure_ else {})}
        case Undo(of):
            return {"event": "undo", "of": of}
        case Suspend() | Resume() | Soon() | Bury() | Reset():
            return {"event": _OF_A_CARD[type(body)], "card": body.card}
        case Mark(card, note, content):
            return {"event": "mark", "card": card, "text": note, "content": content}
        case ItemFixed():
            return {"event": "item", **_item_fields(body)}
        case Same(item, old):
            return {"event": "same", "item": item, "old": old}
        case Apart(item, content):
            return {"event": "apart", "item": item, "content": content}
        case Gone(items):
            return {"event": "gone", "items": {item: list(heads) for item, heads in items.items()}}
        case Exported() | Imported():
            return _anki_fields(body)
        case Unknown():
            raise ValueError(f"`{body.event}` events are read, not written")


def _anki_fields(body: Exported | Imported) -> Fields:
    if isinstance(body, Imported):
        notes = {
            guid: {str(ordinal): card for ordinal, card in own} for guid, own in body.notes.items()
        }
        said = {"in_anki": True} if body.in_anki else {}
        tags = {guid: list(own) for guid, own in body.tags.items()}
        return {"event": "import", "notes": notes, **said, **({"tags": tags} if tags else {})}
    items = {
        item: {
            "content": one.content,
            "modified": one.modified,
            "deck": one.deck,
            "tags": list(one.tags),
            **({"type": one.type} if one.type else {}),
            **({"media": dict(one.media)} if one.media else {}),
        }
        for item, one in body.items.items()
    }
    types = {name: one._asdict() for name, one in body.types.items()}
    return {"event": "export", "items": items, **({"types": types} if types else {})}


def _quiz_fields(body: Quiz) -> Fields:
    fields: Fields = {
        "seed": body.seed,
        "count": body.size,
        "minutes": body.minutes,
        "questions": [
            {
                "card": one.card,
                "ask": one.ask,
                **({"others": list(one.others)} if one.others else {}),
                **({} if one.recall is None else {"recall": round(one.recall, 3)}),
            }
            for one in body.questions
        ],
    }
    said = {"exam": body.exam, "phase": body.phase, "topic": body.topic}
    return fields | {key: value for key, value in said.items() if value}


def _item_fields(body: ItemFixed) -> Fields:
    fields: Fields = {
        "item": body.item,
        "kind": body.kind,
        "content": body.content,
        "texts": dict(body.texts),
        "place": {"path": body.path, "headings": list(body.headings), "order": body.order},
        "cards": [
            {"id": card.id, "key": card.key, **({"gap": card.gap} if card.gap else {})}
            for card in body.cards
        ],
    }
    if body.explicit:
        fields["explicit"] = body.explicit
    if body.prev:
        fields["prev"] = list(body.prev)
    if body.why:
        fields["why"] = body.why
    if body.score is not None:
        fields["score"] = round(body.score, 3)
    return fields


def decode(record: Mapping[str, Any]) -> Body:
    """The body of a line. Raises KeyError, TypeError or ValueError for a known event gone wrong."""
    event = name(record, "event")
    read = _DECODERS.get(event)
    return read(record) if read else Unknown(event)


def _review(record: Mapping[str, Any]) -> Review:
    cause = text(record, "cause", "")
    if record.get("practice") and not cause:
        cause = "unknown"
    return Review(
        CardId(name(record, "card")),
        Grade(whole(record, "grade")),
        max(0, whole(record, "ms", 0)),
        text(record, "ask", "reveal"),
        cause,
        record.get("sure") is True,
        text(record, "quiz", ""),
        _sm2(record["sm2"]) if "sm2" in record else None,
    )


def _sm2(value: object) -> tuple[int, int]:
    match value:
        case [int(interval), int(ease)] if interval > 0 and ease > 0:
            return interval, ease
    raise TypeError("`sm2` is an interval and an ease")


def _quiz(record: Mapping[str, Any]) -> Quiz:
    return Quiz(
        seed=whole(record, "seed"),
        size=whole(record, "count"),
        minutes=_number(record["minutes"]),
        questions=tuple(
            Question(
                CardId(name(one, "card")),
                text(one, "ask", "reveal"),
                tuple(CardId(_kept(other, "others")) for other in texts(one.get("others", ()))),
                None if one.get("recall") is None else _number(one["recall"]),
            )
            for one in record["questions"]
        ),
        exam=record.get("exam") is True,
        phase=text(record, "phase", ""),
        topic=text(record, "topic", ""),
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("a number is expected")
    return float(value)


def _answer(record: Mapping[str, Any]) -> Answer:
    return Answer(
        CardId(name(record, "card")),
        name(record, "quiz"),
        texts(record.get("given", ())),
        max(0, whole(record, "ms", 0)),
        record.get("sure") is True,
    )


def _gone(record: Mapping[str, Any]) -> Gone:
    return Gone(
        {
            ItemId(_kept(item, "items")): tuple(EventId(head) for head in texts(heads))
            for item, heads in table(record, "items").items()
        }
    )


def _exported(record: Mapping[str, Any]) -> Exported:
    return Exported(
        {guid: _exported_item(one) for guid, one in table(record, "items").items()},
        {
            name: ExportedType(text(one, "content"), whole(one, "modified"))
            for name, one in record.get("types", {}).items()
        },
    )


def _exported_item(one: Mapping[str, Any]) -> ExportedItem:
    """There are very many of them, and many have the same deck, tags and type."""
    content, modified, tags = one["content"], one["modified"], one.get("tags", [])
    strings = (content, *tags)
    if type(modified) is not int or type(tags) is not list or {*map(type, strings)} != {str}:
        raise TypeError("an exported item has a content, a time, and tags")
    return ExportedItem(
        content,
        modified,
        intern(text(one, "deck", "")),
        _same(tuple(tags)),
        intern(text(one, "type", "")),
        _media(one["media"]) if "media" in one else _NO_MEDIA,
    )


@lru_cache(maxsize=1 << 12)
def _same(tags: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all that are equal."""
    return tags


_NO_MEDIA: Mapping[str, str] = MappingProxyType({})


def _media(value: Mapping[str, Any]) -> Mapping[str, str]:
    return {source: text(value, source) for source in value}


def _imported(record: Mapping[str, Any]) -> Imported:
    notes = {
        _kept(guid, "notes"): tuple(
            (int(ordinal), CardId(name(own, ordinal)))
            for own in [table(record["notes"], guid)]
            for ordinal in own
        )
        for guid in table(record, "notes")
    }
    tags = table(record, "tags") if "tags" in record else {}
    own = {_kept(guid, "tags"): texts(given) for guid, given in tags.items()}
    return Imported(notes, record.get("in_anki") is True, own)


def _item(record: Mapping[str, Any]) -> ItemFixed:
    place = table(record, "place")
    score = record.get("score")
    return ItemFixed(
        item=ItemId(name(record, "item")),
        kind=text(record, "kind"),
        content=name(record, "content"),
        texts={key: str(value) for key, value in table(record, "texts").items()},
        # The name of a file may hold bytes that are no text.
        path=_kept(text(place, "path"), "path", "surrogateescape"),
        headings=texts(place.get("headings", ())),
        order=whole(place, "order", 0),
        cards=tuple(
            FixedCard(CardId(name(card, "id")), text(card, "key"), text(card, "gap", ""))
            for card in record["cards"]
        ),
        explicit=text(record, "explicit", ""),
        prev=tuple(EventId(event) for event in texts(record.get("prev", ()))),
        why=text(record, "why", ""),
        score=float(score) if isinstance(score, (int, float)) else None,
    )


_OF_A_CARD = {
    Suspend: "suspend",
    Resume: "resume",
    Soon: "soon",
    Bury: "bury",
    Reset: "reset",
}
_DECODERS: Mapping[str, Callable[[Mapping[str, Any]], Body]] = {
    "review": _review,
    "undo": lambda record: Undo(EventId(name(record, "of"))),
    "suspend": lambda record: Suspend(CardId(name(record, "card"))),
    "resume": lambda record: Resume(CardId(name(record, "card"))),
    "soon": lambda record: Soon(CardId(name(record, "card"))),
    "bury": lambda record: Bury(CardId(name(record, "card"))),
    "mark": lambda record: Mark(
        CardId(name(record, "card")), name(record, "text"), name(record, "content")
    ),
    "reset": lambda record: Reset(CardId(name(record, "card"))),
    "quiz": _quiz,
    "answer": _answer,
    "item": _item,
    "same": lambda record: Same(ItemId(name(record, "item")), ItemId(name(record, "old"))),
    "apart": lambda record: Apart(ItemId(name(record, "item")), name(record, "content")),
    "gone": _gone,
    "export": _exported,
    "import": _imported,
}


def text(record: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = record[key] if default is None else record.get(key, default)
    if not isinstance(value, str):
        raise TypeError(f"`{key}` is no text")
    return value


def name(record: Mapping[str, Any], key: str) -> str:
    """An id: text that can be kept as UTF-8, as all that srs gives."""
    return _kept(text(record, key), key)


def _kept(value: str, key: str, errors: str = "strict") -> str:
    """The text, if UTF-8 can hold it. Raises ValueError."""
    try:
        value.encode("utf-8", errors)
    except UnicodeEncodeError as error:
        raise ValueError(f"`{key}` is no text") from error
    return value


def whole(record: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = record[key] if default is None else record.get(key, default)
    if type(value) is not int:
        raise TypeError(f"`{key}` is no whole number")
    return value


def texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise TypeError("a list of texts is expected")
    return tuple(value)


def table(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = record[key]
    if not isinstance(value, dict):
        raise TypeError(f"`{key}` is no object")
    return value
