//! Roles → people → outlets as a flow of least cost: each person once, each outlet up to its places.
//! Augmenting paths with residual costs, so the answer is exact; sizes are a few hundred people.

/// A preference that outweighs every use and tie.
pub(in crate::engagement::visit) const PREFERRED: i64 = 100_000_000_000_000;
/// Filling an earlier role outweighs every preference within a later one.
const EARLIER_ROLE: i64 = 16 * PREFERRED;

pub(in crate::engagement::visit) struct Network {
    /// People wanted per role.
    pub seats: Vec<i64>,
    /// Places per outlet.
    pub groups: Vec<i64>,
    /// The outlet of each person; `None` for no outlet.
    pub group_of: Vec<Option<usize>>,
    /// By role and person; `None` = may not.
    pub cost: Vec<Vec<Option<i64>>>,
}

struct Edge {
    to: usize,
    room: i64,
    cost: i64,
}

struct Graph {
    /// Edge `i` and its reverse `i ^ 1`.
    edges: Vec<Edge>,
    from: Vec<Vec<usize>>,
}

impl Graph {
    fn new(nodes: usize) -> Graph {
        Graph { edges: Vec::new(), from: vec![Vec::new(); nodes] }
    }

    fn add(&mut self, from: usize, to: usize, room: i64, cost: i64) {
        self.from[from].push(self.edges.len());
        self.edges.push(Edge { to, room, cost });
        self.from[to].push(self.edges.len());
        self.edges.push(Edge { to: from, room: 0, cost: -cost });
    }

    /// Sends one unit along the cheapest path; false when there is none.
    fn augment(&mut self, source: usize, sink: usize) -> bool {
        let mut best: Vec<Option<i64>> = vec![None; self.from.len()];
        let mut by: Vec<Option<usize>> = vec![None; self.from.len()];
        best[source] = Some(0);
        let mut queue = std::collections::VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            let Some(here) = best[node] else { continue };
            for &e in &self.from[node] {
                let edge = &self.edges[e];
                let there = here + edge.cost;
                if edge.room > 0 && best[edge.to].is_none_or(|b| there < b) {
                    best[edge.to] = Some(there);
                    by[edge.to] = Some(e);
                    queue.push_back(edge.to);
                }
            }
        }
        let mut node = sink;
        if by[sink].is_none() {
            return false;
        }
        while let Some(e) = by[node] {
            self.edges[e].room -= 1;
            self.edges[e ^ 1].room += 1;
            node = self.edges[e ^ 1].to;
        }
        true
    }
}

impl Network {
    /// People (by index, ascending) per role: as many as can be, at least cost.
    pub fn solve(&self) -> Vec<Vec<usize>> {
        let (roles, people, groups) = (self.seats.len(), self.group_of.len(), self.groups.len());
        let (source, sink) = (0, 1 + roles + people + groups);
        let mut graph = Graph::new(sink + 1);
        for (r, seats) in self.seats.iter().enumerate() {
            graph.add(source, 1 + r, *seats, r as i64 * EARLIER_ROLE);
        }
        let mut choices = Vec::new();
        for (r, row) in self.cost.iter().enumerate() {
            for (p, cost) in row.iter().enumerate() {
                if let Some(cost) = cost {
                    choices.push((r, p, graph.edges.len()));
                    graph.add(1 + r, 1 + roles + p, 1, *cost);
                }
            }
        }
        for (p, group) in self.group_of.iter().enumerate() {
            graph.add(1 + roles + p, group.map_or(sink, |g| 1 + roles + people + g), 1, 0);
        }
        for (g, places) in self.groups.iter().enumerate() {
            graph.add(1 + roles + people + g, sink, *places, 0);
        }
        while graph.augment(source, sink) {}
        let mut chosen = vec![Vec::new(); roles];
        for (r, p, e) in choices {
            if graph.edges[e].room == 0 {
                chosen[r].push(p);
            }
        }
        chosen
    }
}
