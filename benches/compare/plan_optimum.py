#!/usr/bin/env python3
"""The exact optimum of a plan's problem, as a yardstick: CP-SAT of OR-Tools (`pip install ortools`).

    daifa plan --problem problem.json
    python3 benches/compare/plan_optimum.py problem.json [solution.json]
    daifa plan --solution solution.json

    cargo test instances_for_others -- --ignored
    python3 benches/compare/plan_optimum.py FOLDER [SECONDS]

People are named inside the model here, so that nothing is taken over from how daifa counts them. Of one instance it prints
status, 提升空间 and bound in yuan, and the seconds it took, and writes the plan where a second file is named. Of a folder
(`NAME.json`, each with what daifa found in `NAME.found.json`) it prints a table: taking the best first, the plan, the optimum or
the best found within SECONDS (120) and its bound, and what the plan lacks of it. It ends with 1 where a plan breaks a rule, gains
less than taking the best first or more than can be, or lacks more than a hundredth.
"""
import datetime
import json
import pathlib
import sys
import time

from ortools.sat.python import cp_model


def modelled(problem):
    """The rules, and the variables of who is visited, on which days, and by whom."""
    model = cp_model.CpModel()
    days = problem["days"]
    dates = {d: datetime.date.fromisoformat(d) for d in days}
    limits = problem["limits"]
    fixed = problem.get("fixed", [])
    if limits.get("visits_per_person", 1) > 1:
        sys.exit("two visits of one person on a day are not modelled here")
    terminals_of = {e["id"]: e.get("terminals", 0) for e in problem["employers"]}
    standing = {v["employer"] for v in fixed}
    taken = {(s["day"], s["staff"]) for v in fixed for s in v["team"]}
    visited, offered, seats = {}, {}, {}
    for e in problem["employers"]:
        if e["id"] in standing:
            continue
        y = visited[e["id"]] = model.new_bool_var(f"y {e['id']}")
        options = [o["day"] for o in e["options"]]
        for day in options:
            x = offered[e["id"], day] = model.new_bool_var(f"x {e['id']} {day}")
            for role, wanted in e["need"].items():
                able = [
                    s["id"]
                    for s in problem["staff"]
                    if role in s["roles"] and day not in s["away"] and (day, s["id"]) not in taken
                ]
                for who in able:
                    seats[e["id"], day, role, who] = model.new_bool_var("")
                model.add(sum(seats[e["id"], day, role, who] for who in able) == wanted * x)
        model.add(sum(offered[e["id"], day] for day in options) == limits["dates"] * y)
        for i, a in enumerate(options):
            for b in options[i + 1 :]:
                if abs((dates[a] - dates[b]).days) < max(limits["apart_days"], 1):
                    model.add(offered[e["id"], a] + offered[e["id"], b] <= 1)
    outlet_of = {s["id"]: s["outlet"] for s in problem["staff"]}
    for day in days:
        on = [x for (_, d), x in offered.items() if d == day]
        held = sum(1 for v in fixed if day in v["days"])
        model.add(sum(on) + held <= max(limits["visits_per_day"], held))
        if limits.get("terminals") is not None:
            out = sum(v.get("terminals", 0) for v in fixed if day in v["days"])
            wanted = sum(terminals_of[e] * x for (e, d), x in offered.items() if d == day)
            model.add(wanted + out <= max(limits["terminals"], out))
        going = [(key, var) for key, var in seats.items() if key[1] == day]
        for s in problem["staff"]:
            model.add(sum(var for key, var in going if key[3] == s["id"]) <= 1)
        for o in problem["outlets"]:
            out = sum(1 for d, who in taken if d == day and outlet_of.get(who) == o["id"])
            most = 0 if day in o.get("closed", []) else max(o["away_max"] - out, 0)
            model.add(sum(var for key, var in going if outlet_of[key[3]] == o["id"]) <= most)
        known = {o["id"] for o in problem["outlets"]}
        for key, var in going:
            if outlet_of[key[3]] is not None and outlet_of[key[3]] not in known:
                model.add(var == 0)
    return model, visited, offered, seats


def solve(problem, seconds=120):
    model, visited, offered, seats = modelled(problem)
    gain = {e["id"]: e["gain_fen"] for e in problem["employers"]}
    model.maximize(sum(gain[e] * y for e, y in visited.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    begun = time.time()
    status = solver.status_name(solver.solve(model))
    if status not in ("OPTIMAL", "FEASIBLE"):
        return status, 0, round(solver.best_objective_bound), time.time() - begun, {"visits": []}
    plan = []
    for e, y in visited.items():
        if solver.boolean_value(y):
            held = [d for (of, d), x in offered.items() if of == e and solver.boolean_value(x)]
            team = [
                {"day": d, "staff": who, "role": role}
                for (of, d, role, who), var in seats.items()
                if of == e and solver.boolean_value(var)
            ]
            plan.append({"employer": e, "days": held, "team": team})
    return status, round(solver.objective_value), round(solver.best_objective_bound), time.time() - begun, {"visits": plan}


def worth(problem, solution):
    """提升空间 of a plan in fen; None: it breaks a rule. The plan's choices are put into the model, people included."""
    model, visited, offered, seats = modelled(problem)
    chosen = {v["employer"] for v in solution["visits"]}
    days = {(v["employer"], d) for v in solution["visits"] for d in v["days"]}
    going = {(v["employer"], s["day"], s["role"], s["staff"]) for v in solution["visits"] for s in v["team"]}
    if len(chosen) < len(solution["visits"]) or not (chosen <= set(visited) and days <= set(offered) and going <= set(seats)):
        return None
    for variables, ones in ((visited, chosen), (offered, days), (seats, going)):
        for key, variable in variables.items():
            model.add(variable == int(key in ones))
    solver = cp_model.CpSolver()
    if solver.status_name(solver.solve(model)) not in ("OPTIMAL", "FEASIBLE"):
        return None
    return sum(e["gain_fen"] for e in problem["employers"] if e["id"] in chosen)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def table(folder, seconds):
    """One line an instance; whether each plan is as good as it has to be."""
    good = True
    print("| instance | best first | plan | optimum | bound | plan lacks | CP-SAT |")
    print("|---|---|---|---|---|---|---|")
    problems = [p for p in pathlib.Path(folder).glob("*.json") if not p.name.endswith(".found.json")]
    for path in sorted(problems, key=lambda p: (len(p.stem), p.stem)):
        problem, beside = read(path), path.with_suffix(".found.json")
        status, gain, bound, took, _ = solve(problem, seconds)
        if not beside.exists():
            print(f"| {path.stem} | | | {gain / 100:,.2f} | {bound / 100:,.2f} | | {status.lower()}, {took:.1f} s |", flush=True)
            continue
        found = read(beside)
        told, counted = found["plan_fen"], worth(problem, found["solution"])
        # Not proven, the plan may be better than what was found here.
        best = max(gain, told)
        lacks = 1 - told / best if best else 0.0
        fits = counted == told and found["greedy_fen"] <= told <= bound and lacks <= 0.01
        if status == "OPTIMAL":
            fits = fits and told <= gain <= found["bound_fen"]
        good = good and fits
        sums = " | ".join(f"{fen / 100:,.2f}" for fen in (found["greedy_fen"], told, gain, bound))
        mark = "" if fits else " **wrong**"
        print(f"| {path.stem} | {sums} | {lacks:.2%}{mark} | {status.lower()}, {took:.1f} s |", flush=True)
    return good


if __name__ == "__main__":
    if pathlib.Path(sys.argv[1]).is_dir():
        sys.exit(0 if table(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 120) else 1)
    status, gain, bound, seconds, plan = solve(read(sys.argv[1]))
    print(f"{status} gain {gain / 100:.2f} bound {bound / 100:.2f} in {seconds:.1f} s")
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            json.dump(plan, file, ensure_ascii=False, indent=1)
