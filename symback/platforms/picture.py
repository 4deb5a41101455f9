"""The drawing of the network beside the questions of a package: its file, and how texts refer to it."""

from __future__ import annotations

PICTURE = "@@PLUGINFILE@@/network.svg"
"""Where texts of questions find it: as Moodle has it; other platforms put their own address there."""
FILE_NAME = "network.svg"
