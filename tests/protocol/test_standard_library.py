import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_protocol_imports_with_the_standard_library_alone():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import engine.protocol\n"
        "foreign = {name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names\n"
        "print(sorted(foreign - {'__main__', 'engine', 'sitecustomize', 'usercustomize'}))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "[]\n"
