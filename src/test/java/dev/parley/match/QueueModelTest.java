package dev.parley.match;

/// The simulation's queue does what the real one does.
class QueueModelTest extends QueueContract {

  private final QueueModel model = new QueueModel(MatchRuleTest.RULE, LIMIT);

  @Override
  MatchQueue queue() {
    return model;
  }

  @Override
  void block(String a, String b) {
    model.block(a, b);
  }
}
