@consistency @critical
Feature: All readers catch up
  Not every reader sees a change at once, but all readers must see it within the promised time. From then on
  a client can rely on what it is shown.

  Rule: All readers see a change within the promised time

    @EVC-01 @clause-5.1
    Scenario: New users become visible to all readers
      When the client creates 6 users
      Then every reader finds all of them by id as last written within the promised time

    @EVC-02 @clause-5.1 @needs-put
    Scenario: Changes become visible to all readers
      Given 4 users exist
      When the client replaces each of them
      Then every reader finds all of them by id as last written within the promised time

    @EVC-03 @clause-5.1 @clause-2.7
    Scenario: Deletions become visible to all readers
      Given 4 users exist
      When the client deletes each of them
      Then no reader finds any of them by id after the promised time

    @EVC-05 @clause-5.4 @clause-5.7 @needs-put
    Scenario: Of several quick changes the last one stands
      Given 5 users exist
      When the client replaces each of them 5 times
      Then every reader finds all of them by id as last written within the promised time

    @EVC-10 @clause-5.1 @clause-2.3 @needs-unique-email @needs-filter-by-email
    Scenario: An email that changed hands finds its new owner
      Given user Ada exists
      When the client deletes user Ada
      And the client creates user Grace with the email of user Ada
      Then every reader finds user Grace by id as last written within the promised time
      And every reader finds user Grace by email as last written within the promised time
      And no reader finds user Ada by id after the promised time

    @EVC-10 @clause-5.1 @clause-2.9 @needs-filter-by-email
    Scenario: An email that found nobody finds its new owner
      Given user Ada has been deleted
      When the client searches for the email of user Ada
      And the client creates user Grace with the email of user Ada
      Then every reader finds user Grace by email as last written within the promised time

  Rule: The list and the search catch up too

    @EVC-08 @clause-5.1 @clause-2.12 @needs-put
    Scenario: Changes become visible in the list
      Given 4 users exist
      When the client replaces each of them
      Then every reader finds all of them in the list as last written within the promised time

    @EVC-08 @clause-5.1 @needs-filter-by-email
    Scenario: New emails become visible in the search
      Given 4 users exist
      When the client gives each of them another email
      Then every reader finds all of them by email as last written within the promised time

    @EVC-08 @clause-5.1 @clause-2.7
    Scenario: Deletions become visible in the list
      Given 4 users exist
      When the client deletes each of them
      Then no reader finds any of them in the list after the promised time

  Rule: What all readers have seen stays

    @EVC-04 @clause-5.2
    Scenario: No reader falls behind again
      Given 4 users exist
      When the client gives each of them another name
      Then every reader finds all of them by id as last written within the promised time
      And the same holds after twice the promised time

    @DEL-04 @EVC-04 @clause-5.2 @clause-2.7
    Scenario: Deleted users stay deleted
      Given 4 users exist
      When the client deletes each of them
      Then no reader finds any of them by id after the promised time
      And the same holds after twice the promised time

    @RTY-04 @clause-5.8
    Scenario: Everything that was confirmed lasts
      When the client creates 50 users
      And the client gives each of them another name
      Then every reader finds all of them in the list as last written within the promised time

    @RTY-04 @DEL-04 @clause-5.8 @clause-2.7
    Scenario: Every deletion that was confirmed lasts
      Given 50 users exist
      When the client deletes each of them
      Then no reader finds any of them in the list after the promised time

  Rule: Readers see only what was written

    @EVC-06 @clause-5.3 @needs-put
    Scenario: No reader sees a mix of two versions
      Given user Ada exists
      When the client replaces user Ada 30 times while others look
      Then no reader has seen a mix of two versions

    @EVC-07 @clause-5.3 @needs-put
    Scenario: Only written values are ever shown
      When the client creates 6 users while others look
      Then no reader has seen a value that was never written

    @EVC-09 @clause-5.4 @needs-put
    Scenario: After simultaneous changes all readers agree
      Given 5 users exist
      When 4 clients replace each of them at the same moment
      Then all readers agree on one version of each of them within the promised time
