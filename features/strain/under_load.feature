@strain @load @normal
Feature: Under load
  Many people use a service at the same time. Each of them is promised what a single one is promised, and nobody
  waits longer than the service has said.

  Rule: A busy service keeps its promises

    @LOA-01 @clause-8.5 @clause-5.1 @needs-slo @exclusive
    Scenario: Many clients at once are served as promised
      When many clients act at once for a while
      Then all clients are served as promised
