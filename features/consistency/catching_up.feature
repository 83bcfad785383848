@consistency @critical
Feature: Everybody catches up
  Not every reader learns of a change at once, but all of them must in the promised time. Whoever waits that
  long may rely on what is shown, today and tomorrow.

  Rule: Everybody sees a change within the promised time

    @EVC-01 @clause-5.1
    Scenario: New users become visible to everybody
      When the client creates 6 users
      Then everybody sees all of them within the promised time

    @EVC-02 @clause-5.1 @needs-put
    Scenario: Changes become visible to everybody
      Given 4 users exist
      When the client replaces each of them
      Then everybody sees all of them within the promised time

    @EVC-03 @clause-5.1 @clause-2.7
    Scenario: Deletions become visible to everybody
      Given 4 users exist
      When the client deletes each of them
      Then nobody sees any of them after the promised time

    @EVC-05 @clause-5.4 @clause-5.7 @needs-put
    Scenario: Of several quick changes the last one stands
      Given 5 users exist
      When the client replaces each of them 5 times in quick succession
      Then everybody sees all of them within the promised time

    @EVC-10 @clause-5.1 @clause-2.3 @needs-unique-email @needs-filter-by-email
    Scenario: An email that changed hands finds its new owner
      Given user Ada exists
      When the client deletes user Ada
      And the client creates user Grace with the email of user Ada
      Then everybody sees user Grace within the promised time
      And everybody sees user Grace by email within the promised time
      And nobody sees user Ada after the promised time

  Rule: The list and the search catch up too

    @EVC-08 @clause-5.1 @clause-2.12 @needs-put
    Scenario: Changes become visible in the list
      Given 4 users exist
      When the client replaces each of them
      Then everybody sees all of them in the list within the promised time

    @EVC-08 @clause-5.1 @needs-filter-by-email
    Scenario: New emails become visible in the search
      Given 4 users exist
      When the client changes the email of each of them
      Then everybody sees all of them by email within the promised time

    @EVC-08 @clause-5.1 @clause-2.7
    Scenario: Deletions become visible in the list
      Given 4 users exist
      When the client deletes each of them
      Then nobody sees any of them in the list after the promised time

  Rule: What everybody has seen stays

    @EVC-04 @clause-5.2
    Scenario: Nobody falls behind again
      Given 4 users exist
      When the client changes each of them in whatever way is offered
      Then everybody sees all of them within the promised time
      And that is still so after twice the promised time

    @DEL-04 @EVC-04 @clause-5.2 @clause-2.7
    Scenario: Deleted users stay deleted
      Given 4 users exist
      When the client deletes each of them
      Then nobody sees any of them after the promised time
      And that is still so after twice the promised time

    @RTY-04 @clause-5.8
    Scenario: Everything that was confirmed lasts
      When the client creates 50 users
      And the client changes each of them in whatever way is offered
      Then everybody sees all of them in the list within the promised time

    @RTY-04 @DEL-04 @clause-5.8 @clause-2.7
    Scenario: Every deletion that was confirmed lasts
      Given 50 users exist
      When the client deletes each of them
      Then nobody sees any of them in the list after the promised time

  Rule: Nobody sees what nobody wrote

    @EVC-06 @clause-5.3 @needs-put
    Scenario: Nobody sees a version half made
      Given user Ada exists
      When the client replaces user Ada 30 times while others are looking
      Then nobody has seen half of one version and half of another

    @EVC-07 @clause-5.3 @needs-put
    Scenario: Only what somebody wrote is ever shown
      When the client creates 6 users while others are looking
      Then nobody has seen what nobody wrote

    @EVC-09 @clause-5.4 @needs-put
    Scenario: After changes at once everybody agrees on one
      Given 5 users exist
      When 4 clients replace each of them at the same moment
      Then everybody agrees on one version of each of them within the promised time
