# SPDX-License-Identifier: ISC
"""What ends the demo early."""


class Failed(Exception):
    pass
