#!/bin/sh
# Print the path of a Python 3.11 or newer, or fail silently. `PYTHON=...` forces one.
# sys._base_executable: inside an activated environment, we want the Python behind it.
for candidat in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    chemin=$("$candidat" -c '
import sys
if sys.version_info < (3, 11):
    sys.exit(1)
print(getattr(sys, "_base_executable", None) or sys.executable)' 2>/dev/null) || continue
    printf '%s\n' "$chemin"
    exit 0
done
exit 1
