@users @critical @needs-patch
Feature: Changing one detail of a user
  Most changes concern one detail. A client does not have to send all details for that, and no detail
  that was not mentioned may be lost.

  Rule: Details that are not mentioned stay

    @PAT-01 @clause-2.6
    Scenario Outline: Changing one detail keeps all the others
      Given user Ada exists
      When the client changes the <detail> of user Ada
      Then the change of user Ada is accepted
      And a look-up shows user Ada with a new <detail> and all other details as before within the promised time

      Examples: Details that can be changed
        | detail   |
        | name     |
        | email    |
        | nickname |

    @PAT-01 @REG-02 @clause-1.3 @clause-2.6
    Scenario Outline: A changed name is kept as it was written
      Given user Ada exists
      When the client changes user Ada with name "<name>"
      Then the change of user Ada is accepted
      And a look-up shows user Ada with name "<name>" within the promised time

      Examples: Names that careless software spoils
        | case                | name                          |
        | combining accents   | Zoe\u0308 Nun\u0303ez         |
        | Chinese             | 李小龍                           |
        | a letter beyond BMP | \U0001D4D0da                  |
        | markup              | Ada & <b>Sons</b> \"&amp;\"   |
        | two blanks inside   | Ada  King                     |
        | digits only         | 0123                          |
        | outer blanks        | \u0020Ada\u0020               |

    @PAT-02 @clause-2.6
    Scenario: An optional detail can be cleared
      Given user Ada exists
      When the client changes the nickname of user Ada to nothing
      Then the change of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time

    @PAT-02 @clause-2.6
    Scenario: A detail is cleared beside another change
      Given user Ada exists
      When the client changes user Ada with another name and no nickname
      Then the change of user Ada is accepted
      And a look-up shows user Ada without a nickname within the promised time

    @PAT-01 @clause-2.6 @clause-1.4 @needs-timestamps
    Scenario Outline: Changing one detail keeps the creation date
      Given user Ada exists
      When the client changes the <detail> of user Ada
      Then the creation date of user Ada is the same as before
      And the change date of user Ada is later than before

      Examples: Details that can be changed
        | detail   |
        | name     |
        | email    |
        | nickname |

    @PAT-05 @clause-6.3
    Scenario: Simultaneous changes of different details are both kept
      Given users Ada, Grace, Alan, Edsger and Barbara exist
      When 2 clients change different details of each of them at once
      Then both changes of each of them are kept

  Rule: A change is applied completely or not at all

    @PAT-03 @clause-2.6 @clause-3.4 @needs-validation
    Scenario Outline: A refused change leaves everything as it was
      Given user Ada exists
      When the client changes user Ada with <flaw>
      Then the request is refused because the details are not valid
      And user Ada is unchanged

      Examples: Good details with one flaw
        | flaw                        |
        | an empty name               |
        | an email without @          |
        | a nickname that is too long |

    @PAT-04 @clause-2.6 @clause-3.5
    Scenario: Repeating a change does no harm
      Given user Ada exists
      When the client changes the name of user Ada
      And the client sends the same request again
      Then the change of user Ada is accepted
      And the newest state shows user Ada with a new name and all other details as before

    @PAT-04 @clause-2.6 @clause-3.5
    Scenario: An empty change does no harm
      Given user Ada exists
      When the client changes user Ada without any detail
      Then the request is accepted or cleanly refused
      And the newest state shows user Ada with all details as before

  Rule: Only the named user is changed

    @UPD-05 @clause-2.6 @clause-2.4
    Scenario: Changing an unknown user does not create one
      When the client changes an unknown user
      Then the request is refused because there is no such user
      And no user has been created

    @UPD-05 @clause-2.6 @clause-2.4
    Scenario Outline: Changing a similar id changes no user
      Given user Ada exists
      When the client changes an id that <kind>
      Then the request is refused because there is no such user
      And user Ada is unchanged

      Examples: Ids that no user has
        | kind                   |
        | is cut short           |
        | has one character more |
        | is in the other case   |

    @UPD-07 @clause-2.6
    Scenario: Changing one user leaves all others unchanged
      Given users Grace, Alan, Ada and Barbara exist
      And user Edsger exists with the name of user Ada
      And user Donald exists with the nickname of user Ada
      When the client changes the name of user Ada
      Then users Grace, Alan, Barbara, Edsger and Donald are unchanged

    @UPD-07 @clause-2.6 @clause-5.3
    Scenario: Changing many users leaves all others unchanged
      Given 40 users exist
      When the client changes every second of them
      Then the list shows every user as last written

    @UPD-07 @clause-1.5 @clause-2.6
    Scenario Outline: A change under another's id leaves that user alone
      Given users Ada and Grace exist
      When the client changes user Grace with the <field> of user Ada
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

      Examples: What tells whom a change is for
        | field |
        | id    |

    @UPD-06 @clause-1.5
    Scenario Outline: A change cannot set what the service decides
      Given user Ada exists
      When the client changes user Ada with a chosen <field>
      Then user Ada does not have the chosen <field>

      Examples: What belongs to the service
        | field      |
        | id         |
        | role       |
        | created at |
        | updated at |
