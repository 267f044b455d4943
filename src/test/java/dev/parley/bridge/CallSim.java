package dev.parley.bridge;

import dev.parley.bridge.daily.DailyEvent;
import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.kernel.Bus;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Metrics;
import dev.parley.kernel.Postgres;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Calls of a few chats over days of virtual time: people start, join and leave them at a provider
/// that is away at times, whose answers are late and whose webhooks are late, doubled, out of order
/// and lost; and a chat that loses answers. Whoever works on it dies at times in the midst of a
/// step. The ledger, the outbox and all that decides is the real thing, on PostgreSQL.
///
/// Whatever waits lets the others' events happen, so that steps of several processes interleave.
final class CallSim {

  /// A process has died.
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  private record Event(long atMs, long order, Runnable what) {}

  /// Who was in a room from a time on.
  private record Presence(long atMs, boolean isOccupied) {}

  /// That somebody was in a room all the time.
  private record Stay(long fromMs, long toMs) {}

  /// A room at the provider.
  private static final class Room {
    private final Set<Integer> people = new HashSet<>();
    private final List<Presence> history = new ArrayList<>();
    private long meetingMs;
  }

  private static final int CHATS = 24;
  private static final int WATCHERS = 2;
  private static final int COURIERS = 3;
  private static final int DEEPEST = 6;
  private static final long BEGIN_MS = 1_790_000_000_000L;
  private static final long POLL_MS = 15_000;
  private static final long LAG_MS = 15_000;

  /// Of a room that has been occupied for longer, nothing that was heard of the time before counts
  /// any more.
  private static final long KNOWN_MS = 60_000;

  private final Random random;
  private final Postgres postgres;
  private final Calls calls;
  private final Outbox outbox;
  private final Bridge bridge;
  private final Watch watch;
  private final Courier courier;
  private final List<PresenceLease> leases = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
  private final Map<String, Room> rooms = new HashMap<>();
  private final Map<String, List<Stay>> stays = new HashMap<>();
  private final Map<UUID, Integer> told = new HashMap<>();
  private final Map<String, List<Delivery.Kind>> toldOf = new HashMap<>();
  private final Map<String, Integer> begun = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private long nowMs = BEGIN_MS;
  private long orders;
  private long awayUntilMs;
  private int depth;
  private int people;
  private int deaths;
  private boolean isCalm;

  CallSim(long seed, Postgres postgres, Bus bus) {
    this.random = new Random(seed);
    this.postgres = postgres;
    this.calls = new Calls(postgres);
    this.outbox = new Outbox(postgres);
    Daily daily = new Daily();
    Chat chat = new Chat();
    Metrics metrics = new Metrics();
    Map<Call.Provider, RoomProvider> providers = Map.of(Call.Provider.DAILY, daily);
    this.bridge =
        new Bridge(
            calls,
            providers,
            List.of(chat),
            Call.Provider.DAILY,
            false,
            bus,
            metrics,
            () -> nowMs,
            this::sleep);
    this.watch =
        new Watch(
            calls,
            providers,
            metrics,
            Duration.ofMinutes(3),
            Duration.ofMillis(POLL_MS / 2),
            List.of(),
            () -> nowMs);
    this.courier =
        new Courier(outbox, Map.of("chat", chat), Map.of("daily", daily), metrics, () -> nowMs);
    for (int i = 0; i < WATCHERS; i++) {
      leases.add(new PresenceLease(postgres, "watcher-" + i));
    }
  }

  /// Runs until so many calls have begun, then until all is quiet. Returns how many there were.
  int run(int wanted) {
    for (int i = 0; i < CHATS; i++) {
      IcPrincipal chat = principal(1_000 + i);
      later(random.nextInt(60_000), () -> gather(chat));
    }
    for (int i = 0; i < WATCHERS; i++) {
      int watcher = i;
      later(random.nextInt(5_000), () -> look(watcher));
    }
    for (int i = 0; i < COURIERS; i++) {
      later(random.nextInt(1_000), this::carry);
    }
    later(60_000, this::outage);
    while (begun.size() < wanted) {
      step();
    }
    isCalm = true;
    awayUntilMs = 0;
    long quietMs = nowMs + Duration.ofMinutes(40).toMillis();
    while (nowMs < quietMs) {
      step();
    }
    check();
    return begun.size();
  }

  int deaths() {
    return deaths;
  }

  List<String> faults() {
    return faults;
  }

  private static IcPrincipal principal(long number) {
    return IcPrincipal.of(
        ByteBuffer.allocate(10).putLong(number).put((byte) 1).put((byte) 1).array());
  }

  private void later(long delayMs, Runnable what) {
    events.add(new Event(nowMs + delayMs, orders++, what));
  }

  private void step() {
    Event event = events.remove();
    nowMs = Math.max(nowMs, event.atMs);
    event.what.run();
  }

  /// Lets others go on for a while.
  private void sleep(long ms) {
    long untilMs = nowMs + ms;
    if (depth < DEEPEST) {
      depth++;
      try {
        while (!events.isEmpty() && events.peek().atMs <= untilMs) {
          step();
        }
      } finally {
        depth--;
      }
    }
    nowMs = Math.max(nowMs, untilMs);
  }

  private boolean chance(double probability) {
    return !isCalm && random.nextDouble() < probability;
  }

  private boolean isAway() {
    return nowMs < awayUntilMs;
  }

  /// What is asked of others takes a while, and the one who asks may die.
  private void cross() {
    if (chance(0.005)) {
      deaths++;
      throw new Died();
    }
    sleep(1 + random.nextInt(chance(0.02) ? 20_000 : 300));
  }

  private void outage() {
    if (!isCalm) {
      awayUntilMs = nowMs + 1_000 + random.nextInt(240_000);
    }
    later(300_000 + random.nextInt(900_000), this::outage);
  }

  // People.

  /// Some people of a chat meet, and again some time after they have left.
  private void gather(IcPrincipal chat) {
    if (isCalm) {
      return;
    }
    int number = 1 + random.nextInt(4);
    for (int i = 0; i < number; i++) {
      int person = people++;
      later(random.nextInt(random.nextBoolean() ? 2_000 : 40_000), () -> come(chat, person, 5));
    }
    later(60_000 + random.nextInt(400_000), () -> gather(chat));
  }

  private void come(IcPrincipal chat, int person, int attempts) {
    if (attempts == 0) {
      return;
    }
    BridgeClaims claims =
        new BridgeClaims.Start(
            principal(100_000 + person),
            new ChatId.Group(chat),
            BridgeClaims.CallType.DEFAULT,
            false);
    try {
      Bridge.Access access =
          bridge.access(claims, new Bridge.Visitor("person " + person, "", null));
      if (!access.isJoining()) {
        begun.merge(access.messageId().toString(), 1, Integer::sum);
      }
      if (!chance(0.03)) {
        later(500 + random.nextInt(8_000), () -> enter(chat, access.roomName(), person, attempts));
      }
    } catch (Failure | Died e) {
      later(1_000 + random.nextInt(5_000), () -> come(chat, person, attempts - 1));
    }
  }

  private void enter(IcPrincipal chat, String roomName, int person, int attempts) {
    Room room = rooms.get(roomName);
    if (room == null || isAway()) {
      later(1_000, () -> come(chat, person, attempts - 1));
      return;
    }
    boolean isFirst = room.people.isEmpty();
    room.people.add(person);
    if (isFirst) {
      room.meetingMs = nowMs;
      room.history.add(new Presence(nowMs, true));
      hook(new DailyEvent.Occupied(roomName, nowMs), 0);
    }
    hook(new DailyEvent.Occupied(roomName, nowMs), 0);
    later(2_000 + random.nextInt(200_000), () -> leave(chat, roomName, room, person));
  }

  private void leave(IcPrincipal chat, String roomName, Room room, int person) {
    if (!room.people.remove(person)) {
      return;
    }
    hook(new DailyEvent.Left(roomName, nowMs), 0);
    if (!room.people.isEmpty()) {
      return;
    }
    emptied(roomName, room);
    if (random.nextInt(4) == 0) {
      try {
        bridge.end(new BridgeClaims.End(principal(100_000 + person), new ChatId.Group(chat)));
      } catch (Failure | Died e) {
        // He does not try again.
        deaths += e instanceof Died ? 1 : 0;
      }
    }
  }

  private void emptied(String roomName, Room room) {
    room.history.add(new Presence(nowMs, false));
    stays.computeIfAbsent(roomName, _ -> new ArrayList<>()).add(new Stay(room.meetingMs, nowMs));
    hook(new DailyEvent.Vacated(roomName, room.meetingMs, nowMs), random.nextInt(20_000));
  }

  // The provider.

  private void hook(DailyEvent event, long delayMs) {
    int copies = chance(0.3) ? 0 : chance(0.2) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long late = chance(0.3) ? random.nextInt(600_000) : random.nextInt(1_500);
      later(delayMs + late, () -> hear(event));
    }
  }

  private void hear(DailyEvent event) {
    try {
      watch.heard(event);
    } catch (Died e) {
      deaths++;
    }
  }

  private final class Daily implements RoomProvider {

    private void reach() {
      cross();
      if (isAway() || chance(0.002)) {
        throw Failure.unavailable("daily.co is away");
      }
    }

    /// The answer may get lost, or who waits for it.
    private void answer() {
      cross();
      if (isAway() || chance(0.002)) {
        throw Failure.unavailable("daily.co has gone away");
      }
    }

    @Override
    public Call.Provider which() {
      return Call.Provider.DAILY;
    }

    @Override
    public boolean exists(String roomName) {
      reach();
      return rooms.containsKey(roomName);
    }

    @Override
    public Call.Kind open(String roomName, Call.Kind kind, long lastsMs) {
      reach();
      rooms.computeIfAbsent(roomName, _ -> new Room());
      answer();
      return kind;
    }

    @Override
    public Admission admit(Guest guest) {
      reach();
      return new Admission("token", "");
    }

    @Override
    public void delete(String roomName) {
      reach();
      Room room = rooms.remove(roomName);
      if (room != null && !room.people.isEmpty()) {
        room.people.clear();
        emptied(roomName, room);
      }
      answer();
    }

    /// As it was a while ago.
    @Override
    public Set<String> occupied(java.util.Collection<String> roomNames) {
      reach();
      long asOfMs = nowMs - random.nextInt((int) LAG_MS);
      Set<String> occupied = new HashSet<>();
      for (String name : roomNames) {
        Room room = rooms.get(name);
        boolean was = false;
        List<Presence> history = room == null ? List.of() : room.history;
        for (Presence each : history) {
          was = each.atMs <= asOfMs ? each.isOccupied : was;
        }
        if (was) {
          occupied.add(name);
        }
      }
      answer();
      return occupied;
    }

    @Override
    public long lagMs() {
      return LAG_MS;
    }
  }

  // The chat.

  private final class Chat implements ChatBackend {

    @Override
    public String scheme() {
      return "chat";
    }

    @Override
    public List<String> startTargets(String userId, ChatId chat) {
      return List.of("chat/one");
    }

    @Override
    public List<String> endTargets(String userId, ChatId chat) {
      return List.of("chat/one", "chat/two");
    }

    /// Takes each by its id once.
    @Override
    public void deliver(Delivery delivery, LongUnaryOperator renewed) {
      cross();
      if (chance(0.05)) {
        throw Failure.unavailable("the chat is away");
      }
      if (told.merge(delivery.id(), 1, Integer::sum) == 1) {
        if (delivery.target().equals("chat/one")) {
          toldOf
              .computeIfAbsent(delivery.call().messageId().toString(), _ -> new ArrayList<>())
              .add(delivery.kind());
        }
      }
      cross();
      if (chance(0.05)) {
        throw Failure.unavailable("the chat's answer got lost");
      }
    }
  }

  // Those who work on it.

  private void look(int watcher) {
    // One that is frozen finds, when it thaws, that another has its place.
    long frozenMs = chance(0.02) ? 40_000 : 0;
    try {
      long epoch = hold(watcher);
      if (epoch != 0) {
        sleep(frozenMs);
        watch.look(Call.Provider.DAILY, epoch);
        watch.lookAtTimes(epoch);
      }
    } catch (Died e) {
      deaths++;
    }
    later(POLL_MS, () -> look(watcher));
  }

  /// The lease is by the database's clock, which does not follow this one: who has it changes by
  /// chance.
  private long hold(int watcher) {
    if (random.nextInt(50) == 0) {
      leases.forEach(PresenceLease::release);
    }
    return leases.get(watcher).hold(Duration.ofMinutes(10));
  }

  private void carry() {
    try {
      for (Delivery delivery : courier.take(random.nextBoolean() ? "chat" : "daily", 4)) {
        if (chance(0.01)) {
          deaths++;
          throw new Died();
        }
        courier.deliver(delivery);
      }
    } catch (Died e) {
      deaths++;
    }
    later(1_000, this::carry);
  }

  // What must hold.

  /// Nobody who is known to be in a room is put out because of what was heard, or not heard.
  private void checkEnd(String roomName, long requestedMs, long endedMs, String reason) {
    for (Stay stay : stays.getOrDefault(roomName, List.of())) {
      boolean wasIn =
          stay.fromMs >= requestedMs && stay.fromMs < endedMs - KNOWN_MS && stay.toMs > endedMs;
      if (wasIn && !reason.startsWith("ended by")) {
        faults.add("ended with people in it: " + roomName + " " + reason + " " + stay);
      }
    }
  }

  private void check() {
    postgres
        .query("SELECT \"roomName\", \"requestedAt\", \"endedAt\", \"endReason\" FROM calls")
        .forEach(row ->
            checkEnd(
                row.getString(0),
                Call.ms(row, "requestedAt"),
                Call.ms(row, "endedAt"),
                String.valueOf(row.getString(3))));
    Map<String, List<Delivery.Kind>> expected = new HashMap<>();
    postgres
        .query("SELECT \"messageId\" FROM calls WHERE \"announcedAt\" IS NOT NULL")
        .forEach(row ->
            expected.put(
                row.getBigDecimal(0).toBigIntegerExact().toString(),
                List.of(Delivery.Kind.START, Delivery.Kind.END)));
    expected.forEach((messageId, kinds) -> {
      @Nullable List<Delivery.Kind> heard = toldOf.get(messageId);
      if (!kinds.equals(heard)) {
        faults.add(messageId + " was told " + heard);
      }
    });
    toldOf.keySet().stream()
        .filter(messageId -> !expected.containsKey(messageId))
        .forEach(messageId -> faults.add(messageId + " was never announced"));
    begun.forEach((messageId, times) -> {
      if (times != 1) {
        faults.add(messageId + " was begun by " + times);
      }
    });
    calls.live().forEach(call -> faults.add("goes on: " + call));
    long pending =
        postgres
            .query("SELECT count(*) FROM call_deliveries WHERE state IN ('pending', 'dead')")
            .iterator()
            .next()
            .getLong(0);
    if (pending > 0) {
      faults.add(pending + " deliveries are not done");
    }
    rooms.forEach((name, room) -> {
      if (!room.people.isEmpty()) {
        faults.add("people are left in " + name);
      }
    });
  }
}
