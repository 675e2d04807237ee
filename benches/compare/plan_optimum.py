#!/usr/bin/env python3
"""The exact optimum of a plan's problem, as a yardstick: CP-SAT of OR-Tools (`pip install ortools`).

    daifa plan --problem problem.json
    python3 benches/compare/plan_optimum.py problem.json [solution.json]
    daifa plan --solution solution.json

People are named inside the model here, so that nothing is taken over from how daifa counts them. Prints status, 提升空间 and
bound in yuan, and the seconds it took; writes the plan where a second file is named.
"""
import datetime
import json
import sys
import time

from ortools.sat.python import cp_model


def solve(problem, seconds=120):
    model = cp_model.CpModel()
    days = problem["days"]
    dates = {d: datetime.date.fromisoformat(d) for d in days}
    limits = problem["limits"]
    fixed = problem.get("fixed", [])
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
    gain = {e["id"]: e["gain_fen"] for e in problem["employers"]}
    model.maximize(sum(gain[e] * y for e, y in visited.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    begun = time.time()
    status = solver.status_name(solver.solve(model))
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


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        status, gain, bound, seconds, plan = solve(json.load(file))
    print(f"{status} gain {gain / 100:.2f} bound {bound / 100:.2f} in {seconds:.1f} s")
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            json.dump(plan, file, ensure_ascii=False, indent=1)
