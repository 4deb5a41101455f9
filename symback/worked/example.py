"""The worked example: all parts in the order in which they are told."""

from __future__ import annotations

from symback.document import Document, Section
from symback.graph import Role
from symback.worked.backward_pass import backward_pass
from symback.worked.closing import after_updates, checked, updates
from symback.worked.forward_pass import forward_pass, total_error
from symback.worked.selected import selected_steps
from symback.worked.setting import setting
from symback.worked.story import Story


def worked_example(story: Story) -> Document:
    """The whole document of a story; with `only`, the backward part holds just what the named ones need."""
    sections: list[Section] = [setting(story), forward_pass(story), total_error(story)]
    if story.only:
        sections.append(selected_steps(story))
    else:
        sections += backward_pass(story)
        if story.graph.with_role(Role.UPDATED):
            sections.append(updates(story))
            if story.has_update_numbers():
                sections.append(after_updates(story))
    sections.append(checked(story))
    return Document("worked_example", story.network.title, tuple(sections), name=story.network.name)
