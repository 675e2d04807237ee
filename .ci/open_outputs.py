"""Opens every file of a demo: parts are well-formed XML, and an office program turns samples of each kind into PDF."""
import pathlib
import subprocess
import sys
import tempfile
import xml.dom.minidom
import zipfile

root = pathlib.Path(sys.argv[1])
files = sorted(p for p in root.rglob("*") if p.is_file())
days = sorted(p for p in root.iterdir() if p.is_dir())
failed = 0
for path in files:
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None, path
            for name in package.namelist():
                if name.endswith((".xml", ".rels")):
                    xml.dom.minidom.parseString(package.read(name))
    elif path.suffix == ".html":
        text = path.read_text(encoding="utf-8")
        links = [part.split('"')[0] for part in text.split('href="')[1:]]
        for link in links:
            if not link.startswith(("http", "mailto", "#")):
                from urllib.parse import unquote
                if not (path.parent / unquote(link)).exists():
                    print("dead link", path, link)
                    failed += 1
newest = days[-1]
samples = [p for p in sorted(newest.glob("*.xlsx"))] + sorted(newest.rglob("*.docx"))[:4]
with tempfile.TemporaryDirectory() as out:
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{out}/profile", "--convert-to", "pdf", "--outdir", out]
    subprocess.run(command + [str(p) for p in samples], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
    for p in samples:
        pdf = pathlib.Path(out) / (p.stem + ".pdf")
        if not pdf.exists() or pdf.stat().st_size < 2000:
            print("does not open", p)
            failed += 1
print(f"{len(files) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
