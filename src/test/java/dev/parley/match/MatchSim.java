package dev.parley.match;

import dev.parley.contract.Pair;
import dev.parley.contract.Seeker;
import dev.parley.kernel.Config;
import dev.parley.kernel.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A city of strangers in virtual time. Everything that happens comes from one seed: people who
/// come, wish, wait, talk, skip, block each other and vanish; nodes that die with all their
/// sockets; matchmakers that die in the middle of an attempt; a store that is slow, away, or does
/// what it is asked and does not say so; messages that get lost.
///
/// The attempts and the rule are the real ones; the queue is `QueueModel`. What must hold is looked
/// at on each pairing, on samples of choices, and every ten seconds over all who wait.
final class MatchSim {

  private static final int PEOPLE = 4_000;
  private static final int NODES = 6;
  private static final int MATCHMAKERS = 3;

  private static final int SWEEP_MS = 1_000;
  private static final int UNFINISHED_MS = 3_000;
  private static final int NEWS_MS = 2_000;

  /// Whoever has waited for so long while somebody suited him was forgotten. The store may have
  /// been away for a while.
  private static final long BOUND_MS = 45_000;

  private static final class Session {
    final Pair pair;
    boolean isOver;

    Session(Pair pair) {
      this.pair = pair;
    }
  }

  private final Random random;
  private final MatchRule rule = MatchRuleTest.RULE;
  private final QueueModel model =
      new QueueModel(rule, new Config.RateLimit(1_000_000, Duration.ofSeconds(60)));
  private final VirtualTime time = new VirtualTime(1_000_000);
  private final Map<String, SimPerson> people = new HashMap<>();
  private final List<SimPerson> all = new ArrayList<>();
  private final Map<String, Session> sessions = new HashMap<>();
  private final Set<String> blocks = new HashSet<>();
  private final int[] lives = new int[MATCHMAKERS];
  private final Attempt.Tools tools =
      new Attempt.Tools(new Store(), new Usher(), rule, this::nowMs, this::sessionId);
  private long sessionIds;
  private int pairings;
  private int faults;
  private boolean isCalm;
  private long awayUntilMs;

  MatchSim(long seed) {
    random = new Random(seed);
    for (int i = 0; i < PEOPLE; i++) {
      SimPerson person = new SimPerson("d" + i);
      people.put(person.device, person);
      all.add(person);
      later(random.nextInt(60_000), () -> come(person));
    }
    for (int m = 0; m < MATCHMAKERS; m++) {
      int number = m;
      later(random.nextInt(SWEEP_MS), () -> sweep(number));
    }
    later(NEWS_MS, this::news);
    later(10_000, this::look);
    later(20_000, this::killNode);
    later(7_000, this::killMatchmaker);
    later(60_000, this::storeAway);
  }

  long nowMs() {
    return time.nowMs();
  }

  int pairings() {
    return pairings;
  }

  int faults() {
    return faults;
  }

  private String sessionId() {
    return "s" + sessionIds++;
  }

  /// Until so many pairs have been made.
  void run(int wanted) {
    while (pairings < wanted) {
      time.step();
    }
  }

  /// Nothing fails any more, and nobody does anything of his own accord: whoever waits still must
  /// be where he thinks he is.
  void settle() {
    isCalm = true;
    awayUntilMs = 0;
    long untilMs = nowMs() + 120_000;
    while (nowMs() < untilMs) {
      time.step();
    }
    for (SimPerson person : all) {
      if (person.isQueued) {
        check(model.waiting().containsKey(person.device), person.device + " is lost");
      } else if (!person.session.isEmpty()) {
        Session session = sessions.get(person.session);
        check(session != null && !session.isOver, person.device + " talks to nobody");
      }
    }
    check(model.unconfirmed(nowMs() - 60_000).isEmpty(), "pairs were left unfinished");
  }

  private void later(long delayMs, Runnable what) {
    time.later(delayMs, what);
  }

  private boolean chance(double probability) {
    return !isCalm && random.nextDouble() < probability;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  // People.

  private void come(SimPerson person) {
    if (isCalm) {
      return;
    }
    if (person.isHere) {
      displace(person);
    }
    person.isHere = true;
    person.node = random.nextInt(NODES);
    person.sockets++;
    person.over = "";
    join(person);
  }

  /// A newer socket of the device: the older is in nothing any more.
  private void displace(SimPerson person) {
    var _ = model.leave(person.device, person.socket());
    person.isQueued = false;
    end(person);
  }

  private void join(SimPerson person) {
    if (!person.isHere || isCalm) {
      return;
    }
    end(person);
    Seeker seeker =
        new Seeker(
            person.device,
            person.socket(),
            "",
            "n" + person.node,
            "",
            nowMs(),
            random.nextInt(10) == 0 ? People.random(random) : People.anyone());
    if (isAway()) {
      later(1_000 + random.nextInt(1_000), () -> join(person));
      return;
    }
    switch (model.join(seeker, person.over, nowMs())) {
      case MatchQueue.Queued queued -> {
        person.isQueued = true;
        person.missing = 0;
        person.seeker = seeker;
        person.wishedMs = nowMs();
        if (queued.isHopeful()) {
          wanted(seeker);
        }
        later(5_000 + random.nextInt(600_000), () -> impatient(person, seeker));
      }
      case MatchQueue.Taken _ -> later(3_000, () -> joinUnlessMatched(person));
      case MatchQueue.Unchanged _, MatchQueue.Limited _ -> {}
    }
  }

  private void joinUnlessMatched(SimPerson person) {
    if (!person.isQueued && person.session.isEmpty()) {
      join(person);
    }
  }

  /// Somebody has waited enough: he leaves, or wishes something else.
  private void impatient(SimPerson person, Seeker seeker) {
    if (isCalm || isAway() || !person.isQueued || !seeker.equals(person.seeker)) {
      return;
    }
    if (random.nextInt(3) == 0) {
      join(person);
    } else {
      var _ = model.leave(person.device, person.socket());
      person.isQueued = false;
      later(random.nextInt(20_000), () -> joinUnlessMatched(person));
    }
  }

  private void wanted(Seeker seeker) {
    if (chance(0.02)) {
      faults++;
      return;
    }
    later(1 + random.nextInt(3), () -> drive(random.nextInt(MATCHMAKERS), seeker));
  }

  private void vanish(SimPerson person, boolean isSeen) {
    if (isSeen && !isAway()) {
      var _ = model.leave(person.device, person.socket());
      end(person);
    } else if (!person.session.isEmpty()) {
      // Its node is dead: others take him out.
      String session = person.session;
      later(4_000, () -> endSession(session));
    }
    person.isHere = false;
    person.isQueued = false;
    person.session = "";
    later(
        1_000 + random.nextInt(20_000),
        () -> {
          if (!person.isHere) {
            come(person);
          }
        });
  }

  /// Leaves the session that he is in, if he is in one.
  private void end(SimPerson person) {
    if (!person.session.isEmpty()) {
      endSession(person.session);
    }
  }

  private void endSession(String id) {
    Session session = sessions.remove(id);
    if (session == null) {
      return;
    }
    session.isOver = true;
    for (Seeker each : List.of(session.pair.first(), session.pair.second())) {
      SimPerson person = person(each);
      if (person.session.equals(id)) {
        person.session = "";
        person.over = id;
        later(10 + random.nextInt(300), () -> joinUnlessMatched(person));
      }
    }
  }

  private SimPerson person(Seeker seeker) {
    SimPerson person = people.get(seeker.deviceId());
    if (person == null) {
      throw new AssertionError("nobody has " + seeker);
    }
    return person;
  }

  private void talk(Session session) {
    if (isCalm || session.isOver) {
      return;
    }
    String a = session.pair.first().deviceId();
    String b = session.pair.second().deviceId();
    if (chance(0.005)) {
      blocks.add(key(a, b));
      model.block(a, b);
    }
    SimPerson one = person(random.nextBoolean() ? session.pair.first() : session.pair.second());
    if (chance(0.02)) {
      vanish(one, true);
    } else if (chance(0.02)) {
      // He reloads the page.
      come(one);
    } else {
      endSession(session.pair.sessionId());
    }
  }

  private static String key(String a, String b) {
    return a.compareTo(b) < 0 ? a + " " + b : b + " " + a;
  }

  // Faults.

  private boolean isAway() {
    return nowMs() < awayUntilMs;
  }

  private void killNode() {
    if (!isCalm) {
      faults++;
      int node = random.nextInt(NODES);
      for (SimPerson person : all) {
        if (person.isHere && person.node == node) {
          vanish(person, false);
        }
      }
    }
    later(20_000 + random.nextInt(40_000), this::killNode);
  }

  private void killMatchmaker() {
    if (!isCalm) {
      faults++;
      lives[random.nextInt(MATCHMAKERS)]++;
    }
    later(1_000 + random.nextInt(10_000), this::killMatchmaker);
  }

  private void storeAway() {
    if (!isCalm) {
      faults++;
      awayUntilMs = nowMs() + 500 + random.nextInt(5_000);
    }
    later(60_000 + random.nextInt(120_000), this::storeAway);
  }

  // Matchmakers.

  private void drive(int matchmaker, Seeker seeker) {
    advance(matchmaker, lives[matchmaker], Attempt.toMatch(tools, seeker));
  }

  private void advance(int matchmaker, int life, Attempt attempt) {
    if (lives[matchmaker] != life) {
      return;
    }
    try {
      if (attempt.advance()) {
        int slowly = chance(0.001) ? 4_000 : 0;
        later(
            1 + random.nextInt(5) + random.nextInt(1 + slowly),
            () -> advance(matchmaker, life, attempt));
      }
    } catch (Failure failure) {
      faults++;
    }
  }

  private void sweep(int matchmaker) {
    if (!isAway()) {
      model.due(nowMs()).forEach(seeker -> drive(matchmaker, seeker));
      for (Pair pair : model.unconfirmed(nowMs() - UNFINISHED_MS)) {
        advance(matchmaker, lives[matchmaker], Attempt.toFinish(tools, pair));
      }
    }
    later(SWEEP_MS, () -> sweep(matchmaker));
  }

  /// Nodes look where those of theirs stand who wait.
  private void news() {
    if (!isAway()) {
      for (SimPerson person : all) {
        boolean isMissing = person.isQueued && !model.waiting().containsKey(person.device);
        person.missing = isMissing ? person.missing + 1 : 0;
        if (person.missing > 1 && person.seeker != null) {
          model.restore(person.seeker, "", nowMs());
          wanted(person.seeker);
        }
      }
    }
    later(NEWS_MS, this::news);
  }

  /// The queue as a matchmaker meets it: away at times, and at times silent about what it did.
  private final class Store implements MatchQueue {

    private <T extends @Nullable Object> T asked(T answer) {
      if (chance(0.001)) {
        throw Failure.unavailable("the answer got lost");
      }
      return answer;
    }

    private void reach() {
      if (isAway() || chance(0.0005)) {
        throw Failure.unavailable("the store is away");
      }
    }

    @Override
    public Entry join(Seeker seeker, String over, long atMs) {
      throw new AssertionError("matchmakers do not join");
    }

    @Override
    public void restore(Seeker seeker, String over, long atMs) {
      throw new AssertionError("matchmakers do not restore");
    }

    @Override
    public boolean leave(String deviceId, String socketId) {
      throw new AssertionError("matchmakers do not leave");
    }

    @Override
    public @Nullable Seeker move(String deviceId, String socketId, String node, String standby) {
      throw new AssertionError("matchmakers do not move");
    }

    @Override
    public @Nullable Choice choice(Seeker seeker, long atMs) {
      reach();
      Choice choice = model.choice(seeker, atMs);
      if (choice != null && random.nextInt(200) == 0) {
        checkBest(choice, atMs);
      }
      return asked(choice);
    }

    @Override
    public boolean claim(Pair pair, long atMs) {
      reach();
      boolean isClaimed = model.claim(pair, atMs);
      if (isClaimed) {
        checkPair(pair);
        pairings++;
      }
      return asked(isClaimed);
    }

    @Override
    public void confirm(Pair pair) {
      reach();
      model.confirm(pair);
      var _ = asked(true);
    }

    @Override
    public List<Pair> unconfirmed(long beforeMs) {
      return model.unconfirmed(beforeMs);
    }

    @Override
    public List<Seeker> due(long atMs) {
      return model.due(atMs);
    }
  }

  /// Signaling nodes, as matchmakers meet them.
  private final class Usher implements Rendezvous {

    private final Set<String> opened = new HashSet<>();

    @Override
    public boolean open(Pair pair) {
      if (isAway()) {
        throw Failure.unavailable("the store is away");
      }
      boolean isNew = opened.add(pair.sessionId());
      if (isNew) {
        sessions.put(pair.sessionId(), new Session(pair));
      }
      return isNew;
    }

    @Override
    public void bring(Pair pair, boolean isSecond, boolean isNew) {
      if (isAway() || chance(0.001)) {
        throw Failure.unavailable("no answer");
      }
      Seeker seeker = isSecond ? pair.second() : pair.first();
      SimPerson person = person(seeker);
      String id = pair.sessionId();
      if (!person.isHere || !person.socket().equals(seeker.socketId())) {
        endSession(id);
        return;
      }
      if (!person.session.isEmpty() && !person.session.equals(id)) {
        endSession(id);
        return;
      }
      Session session = sessions.get(id);
      if (session == null) {
        if (!person.over.equals(id)) {
          model.restore(seeker, id, nowMs());
          person.isQueued = model.waiting().containsKey(person.device);
          person.missing = 0;
          wanted(seeker);
        }
        return;
      }
      if (person.session.equals(id)) {
        return;
      }
      person.session = id;
      person.isQueued = false;
      if (person(pair.first()).session.equals(id) && person(pair.second()).session.equals(id)) {
        later(500 + random.nextInt(20_000), () -> talk(session));
      } else {
        // Should the other never come.
        later(120_000, () -> endSession(id));
      }
      if (chance(0.001)) {
        throw Failure.unavailable("the answer got lost");
      }
    }
  }

  // What must hold.

  private void checkPair(Pair pair) {
    Seeker a = pair.first();
    Seeker b = pair.second();
    check(!a.deviceId().equals(b.deviceId()), "matched with himself: " + pair);
    check(a.wish().language().equals(b.wish().language()), "different languages: " + pair);
    check(!blocks.contains(key(a.deviceId(), b.deviceId())), "blocked: " + pair);
    for (Seeker each : List.of(a, b)) {
      SimPerson person = person(each);
      boolean isIn =
          person.isHere
              && person.socket().equals(each.socketId())
              && sessions.containsKey(person.session);
      check(!isIn, each.deviceId() + " is taken out of a session: " + pair);
    }
  }

  /// Whom the shelves offer is whom one would have chosen knowing everybody.
  private void checkBest(MatchQueue.Choice choice, long atMs) {
    Seeker self = choice.seeker();
    List<MatchRule.Candidate> everybody = new ArrayList<>();
    for (Seeker other : model.waiting().values()) {
      if (!blocks.contains(key(self.deviceId(), other.deviceId()))) {
        everybody.add(new MatchRule.Candidate(other, haveMet(self, other, atMs)));
      }
    }
    Seeker best = rule.best(self, everybody, atMs);
    Seeker offered = rule.best(self, choice.candidates(), atMs);
    // Of those who share an interest only the first few are looked at.
    boolean isFair =
        best == null
            ? offered == null
            : offered != null && (offered.equals(best) || !self.wish().interests().isEmpty());
    check(isFair, self + " was offered " + offered + " instead of " + best);
  }

  private boolean haveMet(Seeker a, Seeker b, long atMs) {
    return model.haveMetSince(a.deviceId(), b.deviceId(), atMs - RedisQueue.RECENT.toMillis());
  }

  /// Nobody waits beyond the bound while somebody else does who suits him.
  private void look() {
    if (nowMs() - awayUntilMs > BOUND_MS) {
      List<Seeker> patient = new ArrayList<>();
      for (Seeker each : model.waiting().values()) {
        SimPerson person = person(each);
        if (nowMs() - each.sinceMs() > BOUND_MS
            && nowMs() - person.wishedMs > BOUND_MS
            && person.socket().equals(each.socketId())) {
          patient.add(each);
        }
      }
      for (int i = 0; i < patient.size(); i++) {
        for (int j = i + 1; j < patient.size(); j++) {
          checkPatient(patient.get(i), patient.get(j));
        }
      }
    }
    later(10_000, this::look);
  }

  private void checkPatient(Seeker a, Seeker b) {
    // They may suit each other only since a moment: their last meeting is forgotten.
    boolean suited =
        rule.suits(a, b, nowMs() - BOUND_MS / 2)
            && !blocks.contains(key(a.deviceId(), b.deviceId()))
            && !haveMet(a, b, nowMs());
    check(!suited, a + " and " + b + " wait beside each other");
  }
}
