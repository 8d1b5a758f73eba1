"""What the frames of a page cost its main thread, out of a trace of the browser."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

TRACED = ("toplevel", "blink", "cc", "devtools.timeline", "disabled-by-default-devtools.timeline")
"""The categories of a trace that is read here."""
PARTS = {
    "draw": "Blink.Animate.UpdateTime",
    "style": "Blink.Style.UpdateTime",
    "layout": "Blink.Layout.UpdateTime",
    "paint": "Blink.Paint.UpdateTime",
}
"""Of a frame; styles and layout that a script asks for stand in both."""


def key_frames(trace: dict[str, Any]) -> list[dict[str, float]]:
    """Of each key that moves the focus: the processor time in milliseconds from the press to the end of the frame that
    shows it (`to_frame`), and what its frame spent on what."""
    found, key = [], 0.0
    for task, within in _tasks(_main_thread(trace)):
        is_frame = any(each["name"] == "ProxyMain::BeginMainFrame" for each in within)
        kinds = {each["args"].get("data", {}).get("type") for each in within if each["name"] == "EventDispatch"}
        if "keydown" in kinds:
            key += _ms(task)
        elif "focus" in kinds:
            spent = {part: sum(_ms(each) for each in within if each["name"] == name) for part, name in PARTS.items()}
            found.append({"to_frame": key + _ms(task), **spent})
        if is_frame:
            key = 0.0
    return found


def all_ms(trace: dict[str, Any]) -> float:
    """The processor time of the page's main thread in all."""
    return sum(_ms(task) for task, _ in _tasks(_main_thread(trace)))


def _main_thread(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of the busiest page's main thread that last, each before those within it."""
    events = trace["traceEvents"]
    mains = {(each["pid"], each["tid"]) for each in events
             if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"}  # fmt: skip
    lasting = defaultdict[tuple[int, int], list[dict[str, Any]]](list)
    for each in events:
        if each["ph"] == "X" and (each["pid"], each["tid"]) in mains:
            lasting[each["pid"], each["tid"]].append(each)
    busiest = max(lasting.values(), key=lambda thread: sum(each.get("tdur", 0) for each in thread))
    return sorted(busiest, key=lambda each: (each["ts"], -each.get("dur", 0)))


def _tasks(events: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each task with what happened within it."""
    tasks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    for each in events:
        if each["name"] == "RunTask":
            tasks.append((each, []))
        elif tasks:
            tasks[-1][1].append(each)
    return tasks


def _ms(event: dict[str, Any]) -> float:
    return float(event.get("tdur", 0)) / 1000
