"""What a programmer would use instead, one function a piece of work; each is run as a process of its own.

    alternatives.py WORK ARGUMENT...
"""
import json
import sqlite3
import sys

BITS = ["手机银行", "网上银行", "基金定投", "信用卡"]
AMOUNTS = ["定期(元)", "大额存单(元)", "理财(元)", "现金管理(元)", "基金(元)", "保险(元)", "贵金属(元)"]


def database(path):
    import duckdb

    connection = duckdb.connect(path)
    connection.execute("SET threads = 2")
    return connection


def held(of):
    """SQL: the products a row shows, as a number."""
    flags = [f"(CASE WHEN {of}.\"{name}\" = '是' THEN {1 << at} ELSE 0 END)" for at, name in enumerate(BITS)]
    shown = [f"(CASE WHEN {of}.\"{name}\" > 0 THEN {16 << at} ELSE 0 END)" for at, name in enumerate(AMOUNTS)]
    return " + ".join(flags + shown)


def load(path, csv):
    """One month's csv into a table."""
    connection = database(path)
    connection.execute(f"CREATE TABLE IF NOT EXISTS holding AS SELECT * FROM read_csv('{csv}') LIMIT 0")
    connection.execute(f"INSERT INTO holding SELECT * FROM read_csv('{csv}')")
    connection.close()


def load_and_compare(path, csv):
    """The second month: loaded, what changed and each employer's profile kept as tables."""
    load(path, csv)
    connection = database(path)
    connection.execute(f"""
        CREATE OR REPLACE TABLE change AS
        WITH days AS (SELECT max("数据日期") AS last FROM holding),
             now AS (SELECT h.*, {held("h")} AS held FROM holding h, days WHERE h."数据日期" = last),
             before AS (SELECT h.*, {held("h")} AS held FROM holding h, days WHERE h."数据日期" =
                          (SELECT max("数据日期") FROM holding, days WHERE "数据日期" < last))
        SELECT coalesce(n."客户号", b."客户号") AS customer, coalesce(n."代发单位", b."代发单位") AS employer,
          CASE WHEN b."客户号" IS NULL THEN 'joined' WHEN n."客户号" IS NULL THEN 'departed' ELSE 'present' END AS status,
          n.held & ~b.held AS gained, b.held & ~n.held AS lost,
          b."AUM余额(元)" AS aum_before, n."AUM余额(元)" AS aum_after
        FROM now n FULL JOIN before b ON n."客户号" = b."客户号" """)
    connection.execute(f"""
        CREATE OR REPLACE TABLE profile AS
        SELECT "代发单位" AS employer, count(*) AS headcount, sum("AUM余额(元)") AS aum, sum("活期(元)") AS demand,
          {", ".join(f"count_if({held('h')} & {1 << bit} <> 0) AS holders_{bit}" for bit in range(11))}
        FROM holding h WHERE "数据日期" = (SELECT max("数据日期") FROM holding) GROUP BY ALL""")
    connection.close()


def track(path):
    """Totals by employer and the changed people, as JSON."""
    connection = database(path)
    employers = connection.execute("""
        SELECT employer, count(*), count_if(status = 'joined'), count_if(status = 'departed'),
          sum(bit_count(gained)), sum(bit_count(lost)), sum(aum_before), sum(aum_after) FROM change GROUP BY ALL ORDER BY 1
    """).fetchall()
    people = connection.execute("""
        SELECT customer, employer, status, gained, lost, aum_before, aum_after FROM change
        WHERE status <> 'present' OR gained <> 0 OR lost <> 0 ORDER BY 2, 1""").fetchall()
    json.dump({"employers": employers, "employees": people}, sys.stdout, ensure_ascii=False, default=str)


def rank(path):
    """Employers by AUM per head among those of their size, lowest first."""
    connection = database(path)
    for row in connection.execute("""
        SELECT employer, headcount, aum / headcount AS per_head, percent_rank() OVER (
          PARTITION BY CASE WHEN headcount < 50 THEN 1 WHEN headcount < 200 THEN 2 WHEN headcount < 500 THEN 3 ELSE 4 END
          ORDER BY aum / headcount) AS place
        FROM profile ORDER BY place, headcount DESC LIMIT 40""").fetchall():
        print(*row)


def followup(path):
    """Twenty rules over the newest list as one Polars query, one row a person and rule, by relationship manager."""
    import duckdb
    import polars

    connection = duckdb.connect(path, read_only=True)
    people = connection.execute(
        'SELECT * FROM holding WHERE "数据日期" = (SELECT max("数据日期") FROM holding)').pl()
    aum, demand = polars.col("AUM余额(元)"), polars.col("活期(元)")
    rules = [aum > limit for limit in (50_000, 100_000, 200_000, 300_000, 500_000)]
    rules += [demand > limit for limit in (10_000, 20_000, 30_000, 50_000, 100_000)]
    rules += [(polars.col(name) == "否") & (demand > 8_000) for name in BITS]
    rules += [(polars.col(name) > 0) & (aum < 50_000) for name in AMOUNTS[:6]]
    fired = polars.concat([
        people.lazy().filter(rule).select("客户号", "客户经理", polars.lit(at).alias("rule"))
        for at, rule in enumerate(rules)
    ])
    first = fired.group_by("客户号").agg(polars.col("客户经理").first(), polars.col("rule").min())
    print(first.sort("客户经理", "rule").collect().height)


def workbooks(folder, books, rows):
    """So many rows of tasks in so many workbooks, with a header, widths, a list to choose from."""
    import pathlib

    import xlsxwriter

    books, rows = int(books), int(rows)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for number in range(books):
        book = xlsxwriter.Workbook(f"{folder}/{number:03d}.xlsx", {"constant_memory": True})
        sheet = book.add_worksheet("名单")
        bold, money = book.add_format({"bold": True, "border": 1}), book.add_format({"num_format": "#,##0.00"})
        sheet.freeze_panes(1, 0)
        for column in range(16):
            sheet.set_column(column, column, 14)
        sheet.write_row(0, 0, [f"列{column}" for column in range(16)], bold)
        for row in range(1, rows // books + 1):
            for column in range(16):
                if column % 4 == 3:
                    sheet.write_number(row, column, row * 100 + column, money)
                else:
                    sheet.write_string(row, column, f"测试{number}-{row}-{column}")
        sheet.data_validation(1, 15, rows // books, 15, {"validate": "list", "source": ["已联系", "未接通", "已成交"]})
        book.close()


def workbook_into_sqlite(path, xlsx):
    """A list as xlsx by Polars and fastexcel, into SQLite."""
    import polars

    table = polars.read_excel(xlsx)
    connection = sqlite3.connect(path)
    columns = ", ".join(f'"{name}"' for name in table.columns)
    connection.execute(f"CREATE TABLE holding ({columns})")
    places = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO holding VALUES ({places})", table.iter_rows())
    connection.commit()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
