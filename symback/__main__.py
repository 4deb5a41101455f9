"""`python -m symback` is the command line."""

import sys

from symback.cli import main

sys.exit(main())
