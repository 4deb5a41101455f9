"""The version of symback; the package metadata takes it from here."""

VERSION = "0.1.0"
