"""``python -m bolide`` is the ``bolide`` command."""

import sys

from bolide.cli import main

sys.exit(main())
